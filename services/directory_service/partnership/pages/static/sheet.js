// The sheet on the wall fills in while people talk, until its meeting's day is over or it is called off, and stays where
// it was scrolled to. Without this script a reload shows the same.
(function () {
  "use strict";
  var shown = document.querySelector("[data-sheet]");
  if (!shown || !("fills" in shown.dataset) || !window.fetch) { return; }

  var asking = setuPoll(location.href, 10000, function (answer) {
    return answer.text().then(function (text) {
      var fresh = new DOMParser().parseFromString(text, "text/html").querySelector("[data-sheet]");
      if (!fresh) { return; }
      if (!("fills" in fresh.dataset)) { asking.stop(); }
      if (fresh.innerHTML === shown.innerHTML) { return; }
      shown.replaceWith(fresh);
      shown = fresh;
    });
  });
})();
