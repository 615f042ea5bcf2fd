// An answer to the sender waits eight seconds before it is written, and can be undone meanwhile. Without this script the
// button of a referral's page sends at once, and that of a list leads to that page. The wait belongs to this page and to the session that made it, stands still while the pointer or
// the focus is on its line, and ends with the page: whoever goes elsewhere or closes it has answered; whoever signs out
// or leaves quickly has not, and is told the next time.
(function () {
  "use strict";
  var bar = document.getElementById("undo"), said = document.getElementById("undo-said");
  if (!bar) { return; }
  var KEY = "setu-not-written", WAIT = 8000, STEP = 250, LONGEST = 3000;
  var words = bar.dataset, waiting = [], leaving = false, missed = false, pointed = false;

  // What was not written, for the next page of the same person in this tab.
  function remember(answer, why) {
    var kept = recall();
    kept.push({ id: answer.id, page: answer.page, reference: answer.reference, why: why });
    try { sessionStorage.setItem(KEY, JSON.stringify({ owner: words.owner, answers: kept })); } catch (error) { /* off */ }
  }
  function recall() {
    var kept = null;
    try { kept = JSON.parse(sessionStorage.getItem(KEY)); } catch (error) { /* storage is switched off */ }
    return kept && kept.owner === words.owner ? kept.answers : [];
  }
  function forget() { try { sessionStorage.removeItem(KEY); } catch (error) { /* likewise */ } }

  function fill(text, answer) {
    var seconds = Math.max(1, Math.ceil(answer.left / 1000));
    return text.replace("{what}", answer.what).replace("{reference}", answer.reference).replace("{n}", spell(seconds));
  }
  function spell(number) { return new Intl.NumberFormat(document.documentElement.lang).format(number); }
  function say(text) { said.textContent = ""; setTimeout(function () { said.textContent = text; }, 50); }
  function tell(text, answer) {
    var line = document.createElement("p"), link = document.createElement("a");
    link.href = answer.page;
    link.textContent = fill(text, answer);
    line.append(link);
    bar.append(line);
    say(link.textContent);
  }
  function row(answer) { return document.querySelector('li[data-row="' + answer.id + '"]'); }
  function drop(answer) {
    waiting = waiting.filter(function (one) { return one !== answer; });
    if (row(answer)) { row(answer).classList.remove("pending"); }
    show();
  }
  // One line for all that waits, however quick one is: the last of them, and whatever more there is.
  var line = document.createElement("p"), text = document.createElement("span");
  var last = makeButton(function () { takeBack(waiting[waiting.length - 1]); });
  var all = makeButton(function () { waiting.slice().reverse().forEach(takeBack); });
  all.textContent = words.undoAll;
  line.append(text, last, all);
  function makeButton(press) {
    var button = document.createElement("button");
    button.type = "button";
    button.addEventListener("click", press);
    return button;
  }
  function show() {
    var newest = waiting[waiting.length - 1], several = waiting.length > 1;
    if (!newest) { pointed = false; line.remove(); return; } // the browser may tell of the pointer's leaving too late
    last.textContent = several ? words.undoLast : words.undo;
    last.setAttribute("aria-label", last.textContent + " " + newest.reference);
    all.hidden = !several;
    if (!line.isConnected) { bar.append(line); }
    count();
  }
  function count() {
    var newest = waiting[waiting.length - 1];
    if (!newest) { return; }
    var more = waiting.slice(-4, -1).reverse().map(function (one) { return one.reference; });
    if (waiting.length > 4) { more.push("…"); }
    var now = fill(words.pending, newest);
    if (more.length) { now += words.more.replace("{n}", spell(waiting.length - 1)).replace("{references}", more.join(", ")); }
    if (text.textContent !== now) { text.textContent = now; }
  }
  function takeBack(answer) {
    var line = row(answer), focused = bar.contains(document.activeElement);
    drop(answer);
    if (line) { line.querySelector("a").focus(); } else if (focused) { document.getElementById("main").focus(); }
    say(fill(words.undone, answer));
  }
  // The answer's own page came back: its words stand in the row, too, and what is counted is counted anew.
  function renew(answer, page) {
    var line = row(answer), form = line && line.querySelector("form[data-undo]"), note = document.createElement("p");
    if (line) {
      line.classList.remove("late");
      line.querySelectorAll("[data-words]").forEach(function (old) {
        var fresh = page.querySelector(".second [data-words=" + old.dataset.words + "]");
        if (fresh) { old.replaceWith(fresh); }
      });
    }
    if (form) {
      note.className = "on-top";
      note.textContent = "✓ " + answer.done;
      form.replaceWith(note);
    }
    markRead(page.body.dataset.read);
  }
  // Whoever answered from the list has read what was told of it, though its page was not shown.
  function markRead(address) {
    function changed() { document.dispatchEvent(new Event("setu:changed")); }
    if (!address) { changed(); return; }
    fetch(address, { method: "POST", mode: "no-cors", credentials: "include", keepalive: true }).then(changed, changed);
  }
  function written(answer, page) {
    say(answer.done);
    renew(answer, page);
    if (!leaving && location.pathname.indexOf(answer.page) === 0) {
      away(function () {
        location.replace(answer.page + (/\/identity$/.test(location.pathname) ? "/identity" : "") + location.search);
      });
    }
  }
  function refused(answer) {
    if (leaving) { remember(answer, "failed"); } else { tell(words.failed, answer); }
  }
  function write(answer) {
    drop(answer);
    return fetch(answer.action, {
      method: "POST", body: new URLSearchParams(answer.body), credentials: "same-origin", keepalive: true
    }).then(function (reply) {
      if (!reply.ok || !reply.redirected) { refused(answer); return null; }
      return reply.text().then(function (text) {
        written(answer, new DOMParser().parseFromString(text, "text/html"));
      });
    }).catch(function () { refused(answer); });
  }
  function writeAll() { return Promise.all(waiting.map(write)); }
  // What the next page shows must know of the answer, so it is written before the browser asks for that page.
  function away(go) {
    leaving = true;
    Promise.race([writeAll(), new Promise(function (enough) { setTimeout(enough, LONGEST); })]).then(go);
  }
  function discard() {
    waiting.slice().forEach(function (answer) { remember(answer, "left"); drop(answer); });
  }
  function step() {
    if (pointed || bar.matches(":focus-within")) { return; }
    waiting.slice().forEach(function (answer) {
      answer.left -= STEP;
      if (answer.left <= 0) { write(answer); }
    });
    count();
  }
  function hold(form) {
    var path = form.dataset.post || new URL(form.action).pathname, page = path.slice(0, path.lastIndexOf("/"));
    var answer = {
      id: page.slice(page.lastIndexOf("/") + 1), page: page, action: path, left: WAIT, what: form.dataset.undo,
      done: form.dataset.done, reference: form.dataset.reference,
      body: form.dataset.body || new URLSearchParams(new FormData(form)).toString()
    };
    if (waiting.some(function (one) { return one.id === answer.id; })) { return; }
    waiting.push(answer);
    if (row(answer)) { row(answer).classList.add("pending"); }
    show();
    say(fill(words.pending, answer) + ". " + words.how);
  }
  function isComplete(form) { return !form.querySelector("input[type=radio]") || form.querySelector(":checked"); }

  document.addEventListener("submit", function (event) {
    var form = event.target, by = event.submitter;
    if (form.matches("form.leave, form[action$='/sign-out']")) { discard(); return; }
    if (form.dataset.undo && isComplete(form) && !(by && by.name === "show_in")) {
      event.preventDefault();
      delete form.dataset.sent;
      hold(form);
    } else if (waiting.length && !event.defaultPrevented) {
      event.preventDefault();
      delete form.dataset.sent;
      away(function () { form.requestSubmit(by); });
    }
  });
  document.addEventListener("click", function (event) {
    var link = event.target.closest("a[href]");
    var elsewhere = event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey;
    if (!link || !waiting.length || elsewhere || link.target || !/^http/.test(link.protocol)) { return; }
    if (link.hash && link.href.split("#")[0] === location.href.split("#")[0]) { return; }
    event.preventDefault();
    away(function () { location.assign(link.href); });
  });
  document.addEventListener("keydown", function (event) {
    var typing = event.target.closest("input:not([type=radio]), select, textarea");
    if (event.key === "u" && waiting.length && !(event.ctrlKey || event.metaKey || event.altKey || typing)) {
      event.preventDefault();
      takeBack(waiting[waiting.length - 1]);
    }
  });
  // a line that comes up under a pointer at rest is not pointed at
  bar.addEventListener("pointermove", function () { pointed = true; });
  bar.addEventListener("pointerleave", function () { pointed = false; });
  document.addEventListener("setu:leave", discard);
  // By the address bar, the back button, or closed: the answer still goes out, though nobody reads what came of it.
  addEventListener("pagehide", function () { missed = missed || waiting.length > 0; writeAll(); });
  document.addEventListener("visibilitychange", function () { if (document.hidden) { writeAll(); } });
  addEventListener("pageshow", function (event) { if (event.persisted && missed) { location.reload(); } });

  recall().forEach(function (answer) { tell(words[answer.why], answer); });
  forget();
  setInterval(step, STEP);
})();
