// An answer to the sender waits eight seconds before it is written, and can be undone meanwhile. Without this script the
// button simply sends. The wait runs in the inbox only: it goes on from page to page there, stands still while the
// pointer or the focus is on its line, and whoever stays away for a minute has written nothing, and is told.
(function () {
  "use strict";
  var bar = document.getElementById("undo"), said = document.getElementById("undo-said");
  if (!bar) { return; }
  var KEY = "setu-answers", WAIT = 8000, LEAST = 3000, AWAY = 60000, FORGOTTEN = 600000, STEP = 250;
  var words = bar.dataset, waiting = [];

  function keep() {
    try {
      if (waiting.length) { sessionStorage.setItem(KEY, JSON.stringify({ at: Date.now(), waiting: waiting })); }
      else { sessionStorage.removeItem(KEY); }
    } catch (error) { /* then it waits on this page alone */ }
  }
  function fill(text, answer) {
    var seconds = Math.max(1, Math.ceil(answer.left / 1000));
    return text.replace("{what}", answer.what).replace("{reference}", answer.reference)
      .replace("{n}", new Intl.NumberFormat(document.documentElement.lang).format(seconds));
  }
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
    keep();
    document.getElementById("undo-" + answer.id).remove();
    if (row(answer)) { row(answer).classList.remove("pending"); }
  }
  function show(answer) {
    var line = document.createElement("p"), text = document.createElement("span"), undo = document.createElement("button");
    line.id = "undo-" + answer.id;
    undo.type = "button";
    undo.textContent = words.undo;
    undo.setAttribute("aria-label", words.undo + " " + answer.reference);
    undo.addEventListener("click", function () { takeBack(answer); });
    line.append(text, undo);
    bar.append(line);
    if (row(answer)) { row(answer).classList.add("pending"); }
    count(answer);
  }
  function count(answer) {
    var text = document.getElementById("undo-" + answer.id).firstChild, now = fill(words.pending, answer);
    if (text.textContent !== now) { text.textContent = now; }
  }
  function takeBack(answer) {
    var line = row(answer);
    drop(answer);
    if (line) { line.querySelector("a").focus(); }
    say(fill(words.undone, answer));
  }
  function written(answer, ok) {
    if (!ok) { tell(words.failed, answer); return; }
    say(answer.done);
    var line = row(answer), form = line && line.querySelector("form[data-undo]"), note = document.createElement("p");
    if (form) {
      note.className = "on-top";
      note.textContent = "✓ " + answer.done;
      form.replaceWith(note);
    }
    if (location.pathname.indexOf(answer.page) === 0) {
      location.replace(answer.page + (/\/identity$/.test(location.pathname) ? "/identity" : ""));
    }
  }
  function write(answer) {
    drop(answer);
    fetch(answer.action, {
      method: "POST", body: new URLSearchParams(answer.body), credentials: "same-origin", keepalive: true
    }).then(function (reply) { written(answer, reply.ok && reply.redirected); }, function () { written(answer, false); });
  }
  function step() {
    if (bar.matches(":hover, :focus-within")) { keep(); return; }
    waiting.slice().forEach(function (answer) {
      answer.left -= STEP;
      if (answer.left <= 0) { write(answer); } else { count(answer); }
    });
    keep();
  }

  document.addEventListener("submit", function (event) {
    var form = event.target, choices = form.querySelector("input[type=radio]");
    if (!form.dataset.undo || (choices && !form.querySelector(":checked"))) { return; }
    event.preventDefault();
    delete form.dataset.sent;
    var path = new URL(form.action).pathname, page = path.slice(0, path.lastIndexOf("/"));
    var answer = {
      id: page.slice(page.lastIndexOf("/") + 1), page: page, action: path, left: WAIT, what: form.dataset.undo,
      done: form.dataset.done, reference: form.dataset.reference, body: new URLSearchParams(new FormData(form)).toString()
    };
    if (waiting.some(function (one) { return one.id === answer.id; })) { return; }
    waiting.push(answer);
    show(answer);
    keep();
    say(fill(words.pending, answer) + ". " + words.how);
  });
  document.addEventListener("keydown", function (event) {
    var typing = event.target.closest("input:not([type=radio]), select, textarea");
    if (event.key === "u" && waiting.length && !(event.ctrlKey || event.metaKey || event.altKey || typing)) {
      event.preventDefault();
      takeBack(waiting[waiting.length - 1]);
    }
  });

  var kept = null;
  try { kept = JSON.parse(sessionStorage.getItem(KEY)); } catch (error) { /* storage is switched off */ }
  if (kept && Date.now() - kept.at < AWAY) {
    waiting = kept.waiting;
    waiting.forEach(function (answer) { answer.left = Math.max(answer.left, LEAST); show(answer); });
  } else if (kept && Date.now() - kept.at < FORGOTTEN) {
    kept.waiting.forEach(function (answer) { tell(words.left, answer); });
  }
  keep();
  setInterval(step, STEP);
})();
