/* The diary's body map: a place shows that it is chosen, at once. All else works without script. */
(function () {
  "use strict";

  var form = document.getElementById("write");
  if (!form) { return; }

  function show(field) {
    var key = field.name.slice("level-".length);
    var place = form.querySelector('[data-place="' + key + '"] .region');
    if (place) { place.classList.toggle("chosen", field.value !== ""); }
  }
  form.addEventListener("change", function (event) {
    if (event.target.name && event.target.name.indexOf("level-") === 0) { show(event.target); }
  });
  /* Going back shows what was chosen before. */
  window.addEventListener("pageshow", function () {
    form.querySelectorAll('[name^="level-"]:checked').forEach(show);
  });
})();
