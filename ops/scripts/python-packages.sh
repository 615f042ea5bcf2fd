# Sourced by `prepare`: the virtual environment, from a lock with hashes.

say() { printf '→ %s\n' "$*" >&2; }
give_up() { printf '✗ %s\n' "$*" >&2; exit 1; }

# Every Python that may be here, newest first. Version managers leave shims that exist and fail, so each is tried, not believed.
pythons() {
    local minor candidate
    for minor in 15 14 13 12 11; do
        for candidate in "python3.$minor" "/usr/bin/python3.$minor" "/usr/local/bin/python3.$minor" \
            "/opt/homebrew/bin/python3.$minor" "$HOME"/.pyenv/versions/3."$minor".*/bin/python3; do
            works "$candidate" && echo "$candidate"
        done
    done
    works python3 && echo python3
    return 0
}

works() {
    command -v "$1" >/dev/null 2>&1 &&
        "$1" -c 'import ensurepip, ssl, sys, venv; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

python_packages() {
    local lock=$1 mark stamp candidate
    mark=$(cksum <"$lock")
    stamp=.venv/setu-$lock.stamp
    if [ -x .venv/bin/python ] && [ "$(cat "$stamp" 2>/dev/null)" = "$mark" ]; then
        link_project
        return 0
    fi
    if [ -x .venv/bin/python ] && .venv/bin/python -c 'import pip, sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        install_from "$lock" || give_up "pip could not install the packages of $lock into .venv (its words are above). Remove .venv and try again."
    else
        make_venv_and_install "$lock"
    fi
    echo "$mark" >"$stamp"
    # the development lock holds everything of the other one
    if [ "$lock" = requirements-dev.lock ]; then cksum <requirements.lock >.venv/setu-requirements.lock.stamp; fi
}

make_venv_and_install() {
    local lock=$1 candidate found=""
    [ -n "$(pythons)" ] || ! command -v apt-get >/dev/null 2>&1 || system_packages python3 python3-venv
    for candidate in $(pythons); do
        found=$candidate
        say "Python packages: making .venv with $("$candidate" --version) ($candidate)"
        rm -rf .venv
        "$candidate" -m venv .venv || continue
        install_from "$lock" && return 0
        say "Not with this Python; trying the next one."
    done
    rm -rf .venv
    [ -n "$found" ] || give_up "No Python 3.11 or newer with venv and pip was found. macOS: brew install python@3.13."
    give_up "No Python at hand could install $lock; pip's own words are above."
}

install_from() {
    say "Python packages: installing $(grep -c '==' "$1") from $1 (about a minute the first time)"
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-input --require-hashes -r "$1" || return 1
    link_project
}

# The project itself is not installed but found: its import roots, and the command `setu`. Made anew each time, since a
# checkout may have moved on while the lock stayed.
link_project() {
    local site; site=$(.venv/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
    printf '%s\n' "$PWD/services" "$PWD/libs" "$PWD/ops" >"$site/setu.pth"
    printf '#!%s\nfrom setu_cli.__main__ import main\n\nmain()\n' "$PWD/.venv/bin/python" >.venv/bin/setu
    chmod +x .venv/bin/setu
}

translations() {
    .venv/bin/python -m service_kit.web.html.i18n compile
}
