// Polling by a conditional GET, for pages that fill in while somebody else types: asks an address every so many
// milliseconds while the tab is shown, and hands each answer on that is not the one before. Asking keeps no screen
// awake: after ten idle minutes it locks as every other. When not to use it: a list that `setu.js` refreshes.
(function () {
  "use strict";
  window.setuPoll = function (address, every, show) {
    var tag = null;
    function ask() {
      if (document.hidden) { return; }
      var headers = { "X-Setu-Poll": "1" };
      if (tag) { headers["If-None-Match"] = tag; }
      fetch(address, { headers: headers, cache: "no-store" }).then(function (answer) {
        if (answer.status === 401 || answer.status === 403) { clearInterval(rounds); }
        if (answer.status !== 200) { return null; }
        tag = answer.headers.get("ETag");
        return show(answer);
      }).catch(function () { /* offline for a moment: the next round asks again */ });
    }
    var rounds = setInterval(ask, every);
    function stop() { clearInterval(rounds); }
    return { showAll: function () { tag = null; }, stop: stop, again: function () { stop(); rounds = setInterval(ask, every); } };
  };
})();
