// A QR code carries its code in the fragment, which browsers never send. Move it into the field, and out of the address.
(function () {
  "use strict";
  var code = decodeURIComponent(location.hash.slice(1));
  if (!/^[0-9A-Za-z-]{10,24}$/.test(code)) { return; }
  var field = document.querySelector("input[name=code]");
  if (field && !field.value) { field.value = code; }
  history.replaceState(null, "", location.pathname);
})();
