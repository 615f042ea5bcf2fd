// What pages gain from a script. All of it works without: the button leaves, the reload shows what is new.
(function () {
  "use strict";
  var body = document.body;

  // Leave quickly: end the session, and replace the page so that "back" does not return to it.
  function leave() {
    body.hidden = true;
    forgetCounts();
    document.dispatchEvent(new Event("setu:leave"));
    if (navigator.sendBeacon) { navigator.sendBeacon(body.dataset.leave); }
    location.replace(body.dataset.neutral);
  }
  var presses = [];
  document.addEventListener("keydown", function (event) {
    if (event.key !== "Escape") { presses = []; return; }
    var menu = document.querySelector("details.menu[open]");
    if (menu) { menu.open = false; menu.querySelector("summary").focus(); }
    presses = presses.concat(event.timeStamp).slice(-3);
    if (presses.length === 3 && presses[2] - presses[0] < 2000) { leave(); }
  });
  document.addEventListener("click", function (event) {
    var button = event.target.closest("[data-leave-now]");
    if (button) { event.preventDefault(); leave(); }
    document.querySelectorAll("details.menu[open]").forEach(function (menu) {
      if (!menu.contains(event.target)) { menu.open = false; }
    });
  });

  // Somebody is at work here: tell the other two services, at most once a minute, so that they do not lock meanwhile.
  function kept(name) { try { return sessionStorage.getItem(name); } catch (error) { return null; /* switched off */ } }
  function keep(name, value) { try { sessionStorage.setItem(name, value); } catch (error) { /* likewise */ } }
  if (body.dataset.used && Date.now() - Number(kept("used")) > 60000) {
    keep("used", Date.now());
    body.dataset.used.split(" ").forEach(function (address) {
      fetch(address, { method: "POST", mode: "no-cors", credentials: "include", keepalive: true }).catch(function () {});
    });
  }

  // An answer to a form that shows the form again: "back" and a reload then load that page, and ask for no sending again.
  if (body.dataset.loadedAt) { history.replaceState(null, "", body.dataset.loadedAt); }

  // Focus goes to the summary of what needs a change.
  var summary = document.querySelector(".error-summary");
  if (summary) { summary.focus(); }

  // A form that was sent is not sent again by a second tap. One with `data-hold`, whose answer alone shows what it made,
  // waits a minute for that: the browser drops the first answer for the second.
  document.addEventListener("submit", function (event) {
    if (event.target.dataset.sent) { event.preventDefault(); return; }
    event.target.dataset.sent = "1";
    setTimeout(function () { delete event.target.dataset.sent; }, "hold" in event.target.dataset ? 60000 : 4000);
  });
  addEventListener("pageshow", function () {
    document.querySelectorAll("form[data-sent]").forEach(function (form) { delete form.dataset.sent; });
  });

  // Where the phone can pass a link on by itself, offer that; the address stands on the page for all others.
  var share = document.querySelector("[data-share]");
  if (share && navigator.share) {
    share.hidden = false;
    share.addEventListener("click", function () {
      navigator.share({ url: share.dataset.share }).catch(function () { /* the person thought better of it */ });
    });
  }

  // A button that prints, in the place of the words that tell how to do it without a script.
  document.querySelectorAll("[data-print]").forEach(function (print) {
    print.hidden = false;
    print.addEventListener("click", function () { window.print(); });
  });
  document.querySelectorAll("[data-without-script]").forEach(function (words) { words.hidden = true; });

  // As long without a touch as the server lets a session idle, and the page is covered: its words stay in it, for its own reader to come back to.
  var lock = document.querySelector("[data-lock]"), touched = Date.now(), cover = null;
  function coverWhenIdle() {
    if (!lock || cover || Date.now() - touched < Number(lock.dataset.idle)) { return; }
    var title = document.title, shown = Array.prototype.filter.call(body.children, function (part) { return !part.hidden; });
    shown.forEach(function (part) { part.hidden = true; });
    body.appendChild(lock.content.cloneNode(true));
    cover = body.lastElementChild;
    document.title = cover.querySelector("h1").textContent;
    cover.querySelector("button").addEventListener("click", function () {
      again(lock.dataset.lock).then(function (answer) {
        if (answer.status !== 200) { throw new Error("nobody is signed in"); }
        return answer.json();
      }).then(function (now) {
        if (now.reader !== lock.dataset.reader) { location.reload(); return; }
        cover.remove();
        cover = null;
        touched = Date.now();
        shown.forEach(function (part) { part.hidden = false; });
        document.title = title;
      }).catch(function () { cover.querySelector("[role=status]").textContent = this.dataset.no; }.bind(this));
    });
    cover.focus();
  }
  if (lock) {
    ["keydown", "pointerdown", "pointermove", "wheel", "input"].forEach(function (kind) {
      addEventListener(kind, function () { coverWhenIdle(); touched = Date.now(); }, { capture: true, passive: true });
    });
    ["focus", "pageshow"].forEach(function (kind) { addEventListener(kind, coverWhenIdle); });
    document.addEventListener("visibilitychange", coverWhenIdle);
    setInterval(coverWhenIdle, 5000);
  }

  // Counts in the menu, one answer of each service, asked again every ten seconds; the last ones stand there at once, so
  // that no link moves when a page has come. Looking at a page reads the notices about what it shows.
  var poll = { "X-Setu-Poll": "1" }, badges = document.querySelectorAll("[data-counts]"), held = {}, rounds;
  // One tab may have had somebody else before, and behind one address three services write here, each with a tag of its own.
  var reader = lock ? lock.dataset.reader : "", everybodys = JSON.parse(kept("counts")) || {};
  if (!reader && kept("counts")) { forgetCounts(); } // signed out: nobody's stay in the tab
  var known = everybodys[reader] = everybodys[reader] || {};
  // Whoever leaves quickly or signs out loads no page of this address that would forget them; nor does a late answer write.
  function forgetCounts() { everybodys = {}; keep("counts", "{}"); }
  document.addEventListener("submit", function (event) {
    if (event.target.matches("form.leave, form[action$='/sign-out']")) { forgetCounts(); }
  });
  function spell(number) { return new Intl.NumberFormat(document.documentElement.lang).format(number); }
  var counts = Array.prototype.map.call(badges, function (badge) { return badge.dataset.counts; })
    .filter(function (address, at, all) { return all.indexOf(address) === at; });
  function put(badge, number) {
    badge.firstChild.textContent = number > 99 ? spell(99) + "+" : spell(number || 0);
    badge.classList.toggle("some", number > 0);
  }
  function show() {
    var each = {};
    badges.forEach(function (badge) {
      var number = (known[badge.dataset.counts] || {})[badge.dataset.count] || 0;
      each[badge.dataset.counts + badge.dataset.count] = number; // the link stands twice, for a phone and for a desk
      put(badge, number);
    });
    var total = Object.values(each).reduce(function (sum, number) { return sum + number; }, 0);
    document.querySelectorAll(".badge[data-total]").forEach(function (badge) { put(badge, total); });
  }
  function again(address, tag) {
    var headers = tag ? Object.assign({ "If-None-Match": tag }, poll) : poll;
    return fetch(address, { headers: headers, cache: "no-store", credentials: "include" });
  }
  function count(address) {
    if (document.hidden) { return; }
    again(address, held[address]).then(function (answer) {
      if (answer.status === 401) { clearInterval(rounds); }
      if (answer.status !== 200) { return null; }
      held[address] = answer.headers.get("ETag");
      return answer.json().then(function (found) {
        known[address] = found;
        show();
        keep("counts", JSON.stringify(everybodys));
      });
    }).catch(function () { /* the next round asks again */ });
  }
  function look() {
    counts.forEach(count);
    rounds = setInterval(function () { counts.forEach(count); }, 10000);
  }
  show();
  if (body.dataset.read) {
    fetch(body.dataset.read, { method: "POST", mode: "no-cors", credentials: "include", keepalive: true }).then(look, look);
  } else if (counts.length) { look(); }
  document.querySelectorAll("[data-if-any]").forEach(function (line) {
    again(line.dataset.ifAny).then(function (answer) { return answer.ok ? answer.json() : { count: 0 }; })
      .then(function (found) { line.hidden = !found.count; }).catch(function () { /* the next page asks again */ });
  });
  document.addEventListener("setu:changed", function () { counts.forEach(count); });

  // Ask again every ten seconds whether the list changed; say so, and leave it to the reader to show it. A list that
  // tells its total is asked for that: what is new may stand on another page of it.
  var list = document.querySelector("[data-refresh]");
  var news = document.querySelector("[data-news]");
  if (!list || !news) { return; }
  var tag = null, own = null;
  function shape(root) {
    var copy = root.cloneNode(true);
    copy.querySelectorAll("[data-live]").forEach(function (part) { part.remove(); });
    copy.querySelectorAll("[data-row]").forEach(function (row) { row.removeAttribute("class"); }); // a script's marks
    return copy.outerHTML;
  }
  function rows(root) {
    return Array.prototype.map.call(root.querySelectorAll("[data-row]"), function (row) { return row.dataset.row; });
  }
  function arrived(page) {
    var then = list.dataset, now = page.querySelector("[data-refresh]").dataset, shown = rows(document);
    if (!then.total) { return rows(page).filter(function (id) { return shown.indexOf(id) < 0; }).length; }
    return Math.max(now.total - then.total, now.newest > then.newest ? 1 : 0);
  }
  function announce(fresh) {
    var words = fresh === 0 ? news.dataset.changed : fresh === 1 ? news.dataset.one :
      news.dataset.many.replace("{n}", spell(fresh));
    if (news.textContent === words) { return; }
    var link = document.createElement("a");
    link.className = "button";
    link.textContent = words;
    link.href = (fresh > 0 && list.dataset.show) || list.dataset.refresh || location.pathname + location.search;
    news.replaceChildren(link);
  }
  function live(page) {
    page.querySelectorAll("[data-live]").forEach(function (fresh) {
      var old = document.querySelector('[data-live="' + fresh.dataset.live + '"]');
      if (old && old.textContent !== fresh.textContent) { old.replaceWith(fresh); }
    });
  }
  function compare(page, first, mine) {
    live(page);
    var fresh = arrived(page), now = shape(page.querySelector("[data-refresh]"));
    if (mine) { own = now; } // what the reader did is no news to the reader
    var moved = first && !own ? rows(page).join() !== rows(document).join() : (own || shape(list)) !== now;
    if (fresh > 0 || (moved && !list.dataset.refresh)) { announce(Math.max(fresh, 0)); }
  }
  function ask(mine) {
    if (document.hidden) { return; }
    again(list.dataset.refresh || location.href, tag).then(function (answer) {
      if (answer.status === 401 || answer.status === 403) { clearInterval(clock); }
      if (answer.status !== 200) { return null; }
      var first = tag === null;
      tag = answer.headers.get("ETag");
      return answer.text().then(function (text) {
        var page = new DOMParser().parseFromString(text, "text/html");
        if (page.querySelector("[data-refresh]")) { compare(page, first, mine); }
      });
    }).catch(function () { /* offline for a moment: the next round asks again */ });
  }
  var clock = setInterval(ask, 10000, false);
  document.addEventListener("setu:changed", function () { ask(true); });
})();
