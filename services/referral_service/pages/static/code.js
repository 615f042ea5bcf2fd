// A QR code carries its code in the fragment, which browsers never send. Move it into the field, and out of the address.
(function () {
  "use strict";
  var field = document.querySelector("input[name=code]");
  // "Back" brings a page from the browser's memory as it was left: whoever has the phone now is shown no code.
  addEventListener("pageshow", function (event) {
    if (event.persisted && field) { field.value = ""; }
  });
  var code = decodeURIComponent(location.hash.slice(1));
  if (!/^[0-9A-Za-z-]{10,24}$/.test(code)) { return; }
  if (field && !field.value) { field.value = code; }
  history.replaceState(null, "", location.pathname);
})();
