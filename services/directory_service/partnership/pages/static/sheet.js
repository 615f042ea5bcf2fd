// The sheet on the wall fills in while people talk, and stays where it was scrolled to. Without this script a reload
// shows the same. Asking keeps no screen awake: after ten idle minutes it locks as every other.
(function () {
  "use strict";
  var shown = document.querySelector("[data-sheet]"), LOOK = 5000, tag = null;
  if (!shown || !window.fetch) { return; }

  function look() {
    if (document.hidden) { return; }
    var headers = { "X-Setu-Poll": "1" };
    if (tag) { headers["If-None-Match"] = tag; }
    fetch(location.href, { headers: headers, cache: "no-store" }).then(function (answer) {
      if (answer.status === 401 || answer.status === 403) { clearInterval(rounds); }
      if (answer.status !== 200) { return null; }
      tag = answer.headers.get("ETag");
      return answer.text().then(function (text) {
        var fresh = new DOMParser().parseFromString(text, "text/html").querySelector("[data-sheet]");
        if (!fresh || fresh.innerHTML === shown.innerHTML) { return; }
        shown.replaceWith(fresh);
        shown = fresh;
      });
    }).catch(function () { /* offline for a moment: the next round asks again */ });
  }
  var rounds = setInterval(look, LOOK);
})();
