/* What pages do beside links and forms: the token on every request, selecting and editing runs,
   and saying when something did not work. */
(function () {
  "use strict";

  var token = document.querySelector('meta[name="evenstride-token"]').content;

  document.addEventListener("htmx:configRequest", function (event) {
    event.detail.headers["X-Evenstride-Token"] = token;
  });

  function say(text) {
    var toast = document.createElement("p");
    toast.className = "toast";
    toast.textContent = text;
    document.getElementById("toasts").replaceChildren(toast);
    window.clearTimeout(say.timer);
    say.timer = window.setTimeout(function () { toast.remove(); }, 8000);
  }

  document.addEventListener("htmx:responseError", function (event) {
    var holder = document.createElement("template");
    holder.innerHTML = event.detail.xhr.responseText.slice(0, 4000);
    say((holder.content.textContent || "That did not work.").trim().slice(0, 300));
  });
  document.addEventListener("htmx:sendError", function () {
    say("Evenstride does not answer: was it stopped in its terminal?");
  });

  /* Selecting runs. */
  function counted(form) {
    var boxes = form.querySelectorAll('input[name="run"]');
    var chosen = form.querySelectorAll('input[name="run"]:checked').length;
    var bar = form.querySelector("[data-selected]");
    bar.hidden = chosen === 0;
    bar.querySelector("[data-count]").textContent = String(chosen);
    var all = form.querySelector("[data-select-all]");
    all.checked = chosen > 0 && chosen === boxes.length;
    all.indeterminate = chosen > 0 && chosen < boxes.length;
  }
  document.addEventListener("change", function (event) {
    var form = event.target.closest("[data-select]");
    if (!form) { return; }
    if (event.target.matches("[data-select-all]")) {
      form.querySelectorAll('input[name="run"]').forEach(function (box) {
        box.checked = event.target.checked;
      });
    }
    if (event.target.matches('[data-select-all], input[name="run"]')) { counted(form); }
  });

  /* Editing title and tags where they stand. */
  function swap(id, method, values) {
    window.htmx.ajax(method, values.address, {
      target: "#row-" + id, swap: "outerHTML", values: values.fields || {}
    });
  }
  document.addEventListener("click", function (event) {
    var button = event.target.closest("button");
    if (!button) { return; }
    var row = button.closest("tr");
    if (button.dataset.edit) {
      swap(button.dataset.edit, "GET", { address: "/runs/" + button.dataset.edit + "/edit" });
    } else if (button.dataset.leave) {
      swap(button.dataset.leave, "GET", { address: "/runs/" + button.dataset.leave + "/row" });
    } else if (button.dataset.save) {
      var fields = {};
      row.querySelectorAll("[data-field]").forEach(function (field) {
        fields[field.name] = field.value;
      });
      swap(button.dataset.save, "POST", { address: "/runs/" + button.dataset.save, fields: fields });
    }
  });
  document.addEventListener("keydown", function (event) {
    if (!event.target.matches || !event.target.matches("[data-field]")) { return; }
    var row = event.target.closest("tr");
    if (event.key === "Enter") {
      event.preventDefault();
      row.querySelector("[data-save]").click();
    } else if (event.key === "Escape") {
      row.querySelector("[data-leave]").click();
    }
  });
  /* A field of several tags: each is offered behind those that stand there already. */
  function offer(event) {
    var field = event.target;
    if (!field.matches || !field.matches("[data-tags]") || !field.list) { return; }
    var comma = field.value.lastIndexOf(",") + 1;
    var before = comma ? field.value.slice(0, comma) + " " : "";
    field.list.querySelectorAll("option").forEach(function (option) {
      if (option.dataset.tag === undefined) { option.dataset.tag = option.value; }
      option.value = before + option.dataset.tag;
    });
  }
  document.addEventListener("focusin", offer);
  document.addEventListener("input", offer);
  document.addEventListener("htmx:afterSettle", function (event) {
    var field = event.target.querySelector ? event.target.querySelector("[data-field]") : null;
    if (event.target.id && event.target.id.indexOf("row-") === 0) {
      field = document.getElementById(event.target.id).querySelector("[data-field], [data-edit]");
    }
    if (field && event.target.tagName === "TR") { field.focus(); }
  });
})();
