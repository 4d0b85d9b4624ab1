/* Handing files in: dropped or chosen files and folders are sent in small requests, a few at a
   time; what becomes of them is the server's part, which this only asks to be shown. And saying
   aloud how far long work is, on the import page and the library's. */
(function () {
  "use strict";

  var form = document.getElementById("hand-in");
  var said = document.getElementById("import-said");

  /* Say how far it is to those who listen, at most every few seconds. */
  var lastSaid = 0;
  function speak() {
    var part = document.querySelector("[data-said]");
    if (!part || !said) { return; }
    var over = part.dataset.running !== "true";
    if ((over || Date.now() - lastSaid > 6000) && said.textContent !== part.dataset.said) {
      lastSaid = Date.now();
      said.textContent = part.dataset.said;
    }
  }
  document.addEventListener("htmx:afterSettle", speak);

  function look() {
    var part = document.querySelector("[data-said]");
    if (part && part.dataset.running !== "true") {
      window.htmx.ajax("GET", part.dataset.address, { target: "#" + part.id, swap: "outerHTML" });
    }
  }
  /* Another tab may have handed something in. */
  document.addEventListener("visibilitychange", function () {
    if (document.visibilityState === "visible") { look(); }
  });

  /* Going back shows the page as it once came, which may be long ago. */
  window.addEventListener("pageshow", function (event) {
    var came = window.performance.getEntriesByType("navigation")[0];
    if (event.persisted || (came && came.type === "back_forward")) { look(); }
  });

  if (!form) { return; }

  var token = document.querySelector('meta[name="evenstride-token"]').content;
  var mostFiles = Number(form.dataset.mostFiles);
  var mostBytes = Number(form.dataset.mostBytes);
  var limitBytes = Number(form.dataset.limitBytes);
  var PARALLEL = 3;

  var zone = document.getElementById("drop");
  var bar = document.getElementById("sent");
  var words = document.getElementById("sent-words");
  var sending = document.getElementById("sending");
  var problem = document.getElementById("not-sent");

  var queue = [];
  var active = new Map(); /* a request to the bytes it has sent */
  var sentBytes = 0, allBytes = 0, sentFiles = 0, allFiles = 0, failed = 0;

  form.querySelector(".without-script").hidden = true;
  form.querySelector(".needs-script").hidden = false;
  form.querySelectorAll("[data-choose]").forEach(function (button) {
    var input = document.getElementById(button.dataset.choose);
    if (button.dataset.choose === "folder-files" && !("webkitdirectory" in input)) {
      button.hidden = true;
    }
    button.addEventListener("click", function () { input.click(); });
  });

  function warn(event) { event.preventDefault(); }

  function tell(text) {
    problem.textContent = text;
    problem.hidden = false;
  }

  function show() {
    var busy = active.size > 0 || queue.length > 0;
    sending.hidden = !busy;
    if (busy) {
      window.addEventListener("beforeunload", warn);
    } else {
      window.removeEventListener("beforeunload", warn);
    }
    var under = 0;
    active.forEach(function (bytes) { under += bytes; });
    bar.max = Math.max(1, allBytes);
    bar.value = Math.min(allBytes, sentBytes + under);
    words.textContent = sentFiles.toLocaleString("en") + " of " +
      allFiles.toLocaleString("en") + (allFiles === 1 ? " file" : " files");
  }

  function batch() {
    var taken = [], bytes = 0;
    while (queue.length && taken.length < mostFiles &&
           (taken.length === 0 ||
            (bytes + queue[0].file.size <= mostBytes && !queue[0].alone && !taken[0].alone))) {
      bytes += queue[0].file.size;
      taken.push(queue.shift());
    }
    return { items: taken, bytes: bytes };
  }

  function next() {
    while (queue.length && active.size < PARALLEL) { send(batch()); }
    show();
    if (!queue.length && !active.size) {
      if (failed) {
        tell((failed === 1 ? "1 file was" : failed.toLocaleString("en") + " files were") +
          " not taken: " + reason + " Drop them again; those that arrived are passed over.");
      }
      sentBytes = allBytes = sentFiles = allFiles = failed = 0;
    }
  }

  var reason = "";
  function send(part) {
    var body = new FormData();
    part.items.forEach(function (item) { body.append("files", item.file, item.name); });
    var request = new XMLHttpRequest();
    active.set(request, 0);
    request.open("POST", "/import/files");
    request.setRequestHeader("X-Evenstride-Token", token);
    request.setRequestHeader("Accept", "application/json");
    request.upload.addEventListener("progress", function (event) {
      active.set(request, Math.min(part.bytes, event.loaded));
      show();
    });
    request.addEventListener("loadend", function () {
      active.delete(request);
      if (request.status === 401) { /* this phone may not come in any more */
        window.removeEventListener("beforeunload", warn);
        window.location.assign("/pair");
        return;
      }
      if (request.status === 0 && part.items.length > 1) {
        /* One that the browser cannot read takes the others of its request with it. */
        part.items.forEach(function (item) { item.alone = true; queue.push(item); });
        next();
        return;
      }
      sentBytes += part.bytes;
      if (request.status === 202) {
        sentFiles += part.items.length;
        look();
      } else {
        failed += part.items.length;
        reason = why(request);
      }
      next();
    });
    request.send(body);
  }

  function why(request) {
    if (request.status === 0) {
      return "a file cannot be read, or Evenstride was stopped.";
    }
    try {
      return JSON.parse(request.responseText).error;
    } catch (error) {
      return request.responseText.trim().slice(0, 300);
    }
  }

  function add(items) {
    problem.hidden = true;
    if (!items.length && !failed) {
      tell("There are no files in that.");
      return;
    }
    zone.classList.add("small-zone");
    var large = 0;
    items.forEach(function (item) {
      if (item.file.size > limitBytes) { large += 1; return; }
      queue.push(item);
      allFiles += 1;
      allBytes += item.file.size;
    });
    if (large) {
      tell((large === 1 ? "1 file is" : large + " files are") +
        " larger than 4 GB: name the folder on this computer instead.");
    }
    next();
  }

  function chosen(input) {
    input.addEventListener("change", function () {
      add(Array.from(input.files, function (file) {
        return { file: file, name: file.webkitRelativePath || file.name };
      }).filter(wanted));
      input.value = "";
    });
  }
  chosen(document.getElementById("files"));
  chosen(document.getElementById("folder-files"));
  form.addEventListener("submit", function (event) { event.preventDefault(); });

  /* What systems leave in folders is not sent. */
  function wanted(item) {
    return !item.name.split("/").some(function (part) {
      return part.charAt(0) === "." || part === "__MACOSX";
    });
  }

  /* Folders are read entry by entry; a reader gives at most a hundred at a time. */
  function entryFiles(entry, path) {
    if (entry.isFile) {
      return new Promise(function (resolve) {
        entry.file(function (file) {
          resolve([{ file: file, name: path + file.name }]);
        }, function () { failed += 1; reason = "it cannot be read."; resolve([]); });
      });
    }
    var reader = entry.createReader();
    var inner = [];
    return new Promise(function (resolve) {
      (function more() {
        reader.readEntries(function (entries) {
          if (!entries.length) {
            Promise.all(inner).then(function (lists) { resolve([].concat.apply([], lists)); });
            return;
          }
          entries.forEach(function (child) {
            inner.push(entryFiles(child, path + entry.name + "/"));
          });
          more();
        }, function () { 
          failed += 1;
          reason = "a folder cannot be read to its end.";
          Promise.all(inner).then(function (lists) { resolve([].concat.apply([], lists)); });
        });
      })();
    });
  }

  /* The whole page takes what is dropped. */
  var depth = 0;
  function hasFiles(event) {
    return event.dataTransfer && Array.from(event.dataTransfer.types).indexOf("Files") >= 0;
  }
  document.addEventListener("dragenter", function (event) {
    if (!hasFiles(event)) { return; }
    depth += 1;
    zone.classList.add("over");
  });
  document.addEventListener("dragleave", function (event) {
    if (!hasFiles(event)) { return; }
    depth = Math.max(0, depth - 1);
    if (!depth) { zone.classList.remove("over"); }
  });
  document.addEventListener("dragover", function (event) {
    if (hasFiles(event)) { event.preventDefault(); event.dataTransfer.dropEffect = "copy"; }
  });
  document.addEventListener("drop", function (event) {
    if (!hasFiles(event)) { return; }
    event.preventDefault();
    depth = 0;
    zone.classList.remove("over");
    var items = Array.from(event.dataTransfer.items || []);
    var entries = items.map(function (item) {
      return item.webkitGetAsEntry ? item.webkitGetAsEntry() : null;
    }).filter(Boolean);
    if (!entries.length) {
      add(Array.from(event.dataTransfer.files, function (file) {
        return { file: file, name: file.name };
      }).filter(wanted));
      return;
    }
    Promise.all(entries.map(function (entry) { return entryFiles(entry, ""); }))
      .then(function (lists) { add([].concat.apply([], lists).filter(wanted)); });
  });
})();
