# Sourced by `prepare`: PostgreSQL, RabbitMQ, and for the tests a browser and fonts, from the system's own packages.

missing_servers() {
    [ -n "${SETU_DATABASE_URL:-}${SETU_TEST_POSTGRES_URL:-}" ] || has_postgres || echo postgresql
    [ -n "${SETU_AMQP_URL:-}${SETU_TEST_AMQP_URL:-}" ] || has_rabbitmq || echo rabbitmq-server
}

has_postgres() {
    local place
    for place in /usr/lib/postgresql/*/bin /usr/pgsql-*/bin /opt/homebrew/opt/postgresql@*/bin /usr/local/opt/postgresql@*/bin; do
        [ -x "$place/initdb" ] && [ "$("$place/postgres" --version 2>/dev/null | grep -oE '[0-9]+' | head -n 1)" -ge 15 ] 2>/dev/null && return 0
    done
    command -v initdb >/dev/null 2>&1
}

has_rabbitmq() {
    [ -x /usr/lib/rabbitmq/bin/rabbitmq-server ] || command -v rabbitmq-server >/dev/null 2>&1
}

missing_for_browser_tests() {
    local name
    for name in chromium chromium-browser google-chrome; do command -v "$name" >/dev/null 2>&1 && break; done ||
        { [ -d "/Applications/Google Chrome.app" ] || echo chromium; }
    [ "$(uname)" = Darwin ] || [ -e /usr/share/fonts/truetype/noto/NotoSansDevanagari-Regular.ttf ] || echo fonts-noto-core
}

# For tests of faults: a clock that jumps for some processes alone, and a network of their own.
missing_for_fault_tests() {
    [ "$(uname)" = Linux ] || return 0
    [ -e "$(echo /usr/lib/*/faketime/libfaketimeMT.so.1)" ] || echo libfaketime
    command -v ip >/dev/null 2>&1 || [ -x /sbin/ip ] || echo iproute2
}

# The same browser without windows and tabs: a page costs half. Debian has it; elsewhere, and offline, the browser does.
lighter_browser() {
    command -v chromium-headless-shell >/dev/null 2>&1 && return 0
    case $(apt-cache policy chromium-headless-shell 2>/dev/null) in
        "" | *"Candidate: (none)"*) ;;
        *) (system_packages chromium-headless-shell) || say "The browser tests go on without it." ;;
    esac
}

system_packages() {
    [ $# -gt 0 ] || return 0
    if command -v apt-get >/dev/null 2>&1; then with_apt "$@"
    elif command -v brew >/dev/null 2>&1; then with_brew "$@"
    else give_up "Missing on this machine: $*. Install them with your system's package manager (names as on Debian)."; fi
}

with_apt() {
    local root=() lists=(/var/lib/apt/lists/*Packages* /var/lib/apt/lists/*InRelease)
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null 2>&1 || give_up "Missing: $*. As root: apt-get install $*"
        sudo -n true 2>/dev/null || [ -t 0 ] || give_up "Missing: $*. sudo wants a password and there is nobody to ask; run: sudo apt-get install $*"
        root=(sudo)
    fi
    say "System packages: installing $* (one to three minutes)"
    hold_services "${root[@]}"
    local apt=("${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0)
    [ -e "${lists[0]}" ] && "${apt[@]}" install -y --no-install-recommends "$@" </dev/null >var/apt.log 2>&1 && return 0
    "${apt[@]}" update </dev/null >var/apt.log 2>&1 || true # one list of several may be away: the install tells whether it was needed
    "${apt[@]}" install -y --no-install-recommends "$@" </dev/null >>var/apt.log 2>&1 ||
        { tail -n 15 var/apt.log >&2; give_up "apt-get could not install $*; its last words are above, all of them in var/apt.log."; }
}

# A package that brings a server starts it for the whole system. policy-rc.d forbids that, for these minutes only.
hold_services() {
    mkdir -p var
    [ -e /usr/sbin/policy-rc.d ] && return 0
    printf '#!/bin/sh\nexit 101\n' | "$@" tee /usr/sbin/policy-rc.d >/dev/null
    "$@" chmod +x /usr/sbin/policy-rc.d
    # shellcheck disable=SC2064 # the words are meant as they are now
    trap "$* rm -f /usr/sbin/policy-rc.d" EXIT
}

with_brew() {
    local name names=()
    for name in "$@"; do
        case $name in
            postgresql) names+=(postgresql@17) ;;
            rabbitmq-server) names+=(rabbitmq) ;;
            chromium) say "For the browser tests install Google Chrome." ;;
        esac
    done
    [ ${#names[@]} -eq 0 ] || { say "System packages: brew install ${names[*]}"; brew install --quiet "${names[@]}"; }
}
