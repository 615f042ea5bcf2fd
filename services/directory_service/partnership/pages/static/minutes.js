// Minutes while people talk: what is typed is saved by itself, and lines of another writer come in. Without this script
// each line has its button. A line is one form with an id and the version that was seen; the server never overwrites
// what somebody else wrote meanwhile, it keeps both, so nothing here has to merge texts.
(function () {
  "use strict";
  var page = document.querySelector("[data-minutes]");
  if (!page || !window.fetch || !window.URLSearchParams) { return; }
  var words = page.dataset, list = page.querySelector("[data-lines]"), shape = page.querySelector("template").content;
  var SAVE = 700, AGAIN = 3000, LOOK = 4000, writers = {}, lock = document.querySelector("[data-lock]"), ended = false;

  function say(own, text, wrong) {
    if (own.said.textContent !== text) { own.said.textContent = text; }
    own.form.classList.toggle("wrong", Boolean(wrong));
  }
  // Without its session the page sends by itself no more: the lines stay in it, and go when their writer acts or comes back.
  function sayEnded(own) {
    if (own.said.querySelector("a")) { return; }
    own.said.replaceChildren(page.querySelector("template[data-ended]").content.cloneNode(true));
    own.form.classList.add("wrong");
  }
  function comesBack() {
    if (document.hidden || !ended) { return; }
    everybody().forEach(function (own) { if (dirty(own)) { plan(own, 0); } });
  }
  function hasEnded(answer) { // a refusal for another reason is one of the same reader
    if (answer.status !== 409 || !lock) { return Promise.resolve(answer.status === 401); }
    return fetch(lock.dataset.lock, { headers: { "X-Setu-Poll": "1" }, cache: "no-store" }).then(function (now) {
      return now.status !== 200 || now.json().then(function (who) { return who.reader !== lock.dataset.reader; });
    });
  }
  // A line is its text with its part and kind: any of the three, changed while an answer is under way, is saved after it.
  // Of a box that Enter has ended, the text is what stood there then: what is typed behind it begins the next line.
  function text(own) { return own.ended === null ? own.field.value : own.ended; }
  function rest(own) { return own.ended === null ? "" : own.field.value.slice(own.ended.length).replace(/^\s+/, ""); }
  function content(own) {
    var data = new FormData(own.form);
    return JSON.stringify([text(own).trim(), data.get("part"), data.get("kind")]);
  }
  function dirty(own) { return own.busy || content(own) !== own.stored; }
  function plan(own, wait) {
    clearTimeout(own.timer);
    own.timer = setTimeout(function () { save(own); }, wait);
  }
  function body(own) {
    var fields = new URLSearchParams(new FormData(own.form));
    fields.set("line", own.id);
    fields.set("seen", own.seen === null ? "" : own.seen);
    fields.set("text", text(own));
    return fields;
  }
  function address(own) { return own.seen === null ? words.minutes : words.minutes + "/" + own.id; }

  function save(own) {
    var sent = content(own);
    if (own.busy) { return; }
    if (!dirty(own) || (own.seen === null && !text(own).trim())) { finish(own); return; }
    own.busy = true;
    if (!ended) { say(own, words.saving); }
    fetch(address(own), { method: "POST", body: body(own), headers: { Accept: "application/json" } })
      .then(function (answer) {
        if (answer.status === 200 || answer.status === 422) {
          return answer.json().then(function (found) {
            own.busy = false;
            if (ended) { ended = false; asking.again(); }
            stored(own, sent, found);
          });
        }
        return hasEnded(answer).then(function (over) {
          if (!over) { throw new Error("not taken"); }
          own.busy = false;
          ended = true;
          sayEnded(own);
        });
      })
      .catch(function () { own.busy = false; say(own, words.later, true); plan(own, AGAIN); });
  }
  function stored(own, sent, answer) {
    if (answer.refused) { own.ended = null; say(own, answer.refused, true); return; }
    own.stored = sent;
    if (answer.is_new) { // somebody changed this line first: the box goes on as our own line, theirs stands below it
      rename(own, answer.line);
      if (answer.theirs) { append(answer.theirs, own.form.closest("[data-lines] > li")); }
      say(own, answer.theirs ? words.beside : words.gone);
    } else if (answer.line) {
      own.seen = String(answer.line.version);
      say(own, words.saved);
    } else if (content(own) === sent) { drop(own); return; } else {
      own.seen = null; // emptied, and typed in again before the answer came: a line once more
    }
    if (dirty(own)) { plan(own, own.ended === null ? SAVE : 0); } else { finish(own); }
  }
  function rename(own, line) {
    delete writers[own.id];
    own.id = own.form.dataset.line = line.id;
    own.form.action = words.minutes + "/" + line.id;
    own.seen = String(line.version);
    writers[own.id] = own;
    asking.showAll();
  }

  // The box at the top becomes a line when Enter is pressed; until then it is saved under its own id all the same.
  function finish(own) {
    if (own.ended === null || own.seen === null) { own.ended = null; return; }
    var data = new FormData(own.form), next = rest(own), free = [document.body, own.field, null];
    append({ id: own.id, part: data.get("part"), kind: data.get("kind"), text: own.ended.trim(), version: own.seen });
    fresh(own, next);
    say(own, words.saved);
    if (free.indexOf(document.activeElement) >= 0 || own.form.contains(document.activeElement)) { own.field.focus(); }
    if (next) { plan(own, SAVE); }
  }
  function end(own) {
    own.ended = own.field.value;
    plan(own, 0);
  }

  function fresh(own, next) {
    own.id = crypto.randomUUID();
    own.seen = own.ended = null;
    own.stored = "";
    own.field.value = next;
  }

  function watch(form, isBox) {
    var own = { form: form, field: form.querySelector("textarea"), said: form.querySelector("[role=status]"), id: form.dataset.line,
      seen: isBox ? null : form.elements.seen.value, busy: false, timer: 0, ended: null };
    own.stored = isBox ? "" : content(own);
    own.field.addEventListener("input", function () {
      if (own.ended !== null && own.field.value.indexOf(own.ended) !== 0) { own.ended = null; } // changed after all
      if (own.said.textContent === words.saved) { say(own, ""); } // what is typed now is not, yet
      plan(own, SAVE);
    });
    own.field.addEventListener("blur", function () { plan(own, 0); });
    form.addEventListener("submit", function (event) {
      event.preventDefault();
      event.stopPropagation();
      if (isBox) { end(own); } else { plan(own, 0); }
    });
    if (isBox) {
      own.field.addEventListener("keydown", function (event) {
        if (event.key !== "Enter" || event.shiftKey || event.isComposing || own.ended !== null) { return; }
        event.preventDefault();
        end(own);
      });
      form.addEventListener("change", function () { plan(own, 0); });
    } else {
      form.querySelector("button").hidden = true;
    }
    return own;
  }
  function label(form, line) {
    form.elements.part.value = line.part;
    form.elements.kind.value = line.kind;
    form.closest("li").classList.toggle("decision", line.kind === "decision");
    form.querySelector("[data-kind]").textContent = line.kind === "decision" ? words.decision : words.note;
    form.querySelector("[data-part]").textContent = JSON.parse(words.parts)[line.part];
  }
  function append(line, above) { // below a row, or at the end
    if (writers[line.id]) { return; }
    var row = shape.cloneNode(true).querySelector("li"), form = row.querySelector("form");
    form.action = words.minutes + "/" + line.id;
    form.dataset.line = line.id;
    form.elements.seen.value = line.version;
    label(form, line);
    form.querySelector("textarea").id = "l-" + line.id;
    form.querySelector("label").htmlFor = "l-" + line.id;
    form.querySelector("textarea").value = line.text;
    list.insertBefore(row, above ? above.nextSibling : null);
    writers[line.id] = watch(form, false);
    page.querySelectorAll("[data-none]").forEach(function (none) { none.hidden = true; });
  }
  function drop(own) {
    if (own === box) { fresh(own, ""); say(own, ""); return; }
    own.form.closest("li").remove();
    delete writers[own.id];
  }

  // What the other writer typed: new lines at the end, changed ones in place, but never under the cursor.
  function show(lines) {
    var there = {};
    lines.forEach(function (line) {
      var own = writers[line.id];
      there[line.id] = true;
      if (line.id === box.id) { return; }
      if (!own) { append(line); return; }
      if (own.seen === String(line.version)) { return; }
      if (dirty(own) || document.activeElement === own.field) { asking.showAll(); return; }
      own.seen = String(line.version);
      own.field.value = line.text;
      label(own.form, line);
      own.stored = content(own);
    });
    Object.keys(writers).forEach(function (id) {
      if (!there[id] && !dirty(writers[id]) && document.activeElement !== writers[id].field) { drop(writers[id]); }
    });
  }

  var box = watch(page.querySelector("form[data-add]"), true);
  list.querySelectorAll("form[data-line]").forEach(function (form) { writers[form.dataset.line] = watch(form, false); });
  var asking = setuPoll(words.minutes + "/lines", LOOK, function (answer) {
    return answer.json().then(function (found) { show(found.lines); });
  });
  function everybody() { return [box].concat(Object.keys(writers).map(function (id) { return writers[id]; })); }
  addEventListener("focus", comesBack);
  document.addEventListener("visibilitychange", comesBack);
  addEventListener("pagehide", function () {
    everybody().forEach(function (own) {
      if (text(own).trim() && content(own) !== own.stored) {
        navigator.sendBeacon(address(own), body(own));
      }
    });
    if (rest(box)) {
      fresh(box, rest(box));
      navigator.sendBeacon(address(box), body(box));
    }
  });
})();
