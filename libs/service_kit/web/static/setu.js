// What pages gain from a script. All of it works without: the button leaves, the reload shows what is new.
(function () {
  "use strict";
  var body = document.body;

  // Leave quickly: end the session, and replace the page so that "back" does not return to it.
  function leave() {
    body.hidden = true;
    if (navigator.sendBeacon) { navigator.sendBeacon(body.dataset.leave); }
    location.replace(body.dataset.neutral);
  }
  var presses = [];
  document.addEventListener("keydown", function (event) {
    if (event.key !== "Escape") { presses = []; return; }
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
  var last = 0;
  try { last = Number(sessionStorage.getItem("used")) || 0; } catch (error) { /* storage is switched off */ }
  if (body.dataset.used && Date.now() - last > 60000) {
    try { sessionStorage.setItem("used", String(Date.now())); } catch (error) { /* then on every page */ }
    body.dataset.used.split(" ").forEach(function (address) {
      fetch(address, { method: "POST", mode: "no-cors", credentials: "include", keepalive: true }).catch(function () {});
    });
  }

  // Focus goes to the summary of what needs a change.
  var summary = document.querySelector(".error-summary");
  if (summary) { summary.focus(); }

  // A form that was sent is not sent again by a second tap.
  document.addEventListener("submit", function (event) {
    if (event.target.dataset.sent) { event.preventDefault(); return; }
    event.target.dataset.sent = "1";
    setTimeout(function () { delete event.target.dataset.sent; }, 4000);
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

  // Ask again every ten seconds whether the list changed; say so, and leave it to the reader to show it.
  var list = document.querySelector("[data-refresh]");
  var news = document.querySelector("[data-news]");
  if (!list || !news || !window.fetch) { return; }
  var tag = null;
  function rows(root) {
    return Array.prototype.map.call(root.querySelectorAll("[data-row]"), function (row) { return row.dataset.row; });
  }
  function announce(page) {
    var shown = rows(document);
    var fresh = rows(page).filter(function (id) { return shown.indexOf(id) < 0; }).length;
    var words = fresh === 0 ? news.dataset.changed : fresh === 1 ? news.dataset.one :
      news.dataset.many.replace("{n}", new Intl.NumberFormat(document.documentElement.lang).format(fresh));
    if (news.textContent === words) { return; }
    var button = document.createElement("button");
    button.type = "button";
    button.textContent = words;
    button.addEventListener("click", function () { location.reload(); });
    news.replaceChildren(button);
  }
  function live(page) {
    page.querySelectorAll("[data-live]").forEach(function (fresh) {
      var old = document.querySelector('[data-live="' + fresh.dataset.live + '"]');
      if (old && old.textContent !== fresh.textContent) { old.textContent = fresh.textContent; }
    });
  }
  function ask() {
    if (document.hidden) { return; }
    var headers = { "X-Setu-Poll": "1" };
    if (tag) { headers["If-None-Match"] = tag; }
    fetch(location.href, { headers: headers, cache: "no-store", credentials: "same-origin" }).then(function (answer) {
      if (answer.status === 401 || answer.status === 403) { clearInterval(clock); }
      if (answer.status !== 200) { return null; }
      var first = tag === null;
      tag = answer.headers.get("ETag");
      return answer.text().then(function (text) {
        var page = new DOMParser().parseFromString(text, "text/html");
        live(page);
        var known = list.outerHTML === (page.querySelector("[data-refresh]") || {}).outerHTML;
        if (!known && (!first || rows(page).join() !== rows(document).join())) { announce(page); }
      });
    }).catch(function () { /* offline for a moment: the next round asks again */ });
  }
  var clock = setInterval(ask, 10000);
})();
