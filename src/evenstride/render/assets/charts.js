/* Draws the figures of a page, and lets pointer and keys read them.

   A figure is <figure data-chart> with its Vega-Lite specification in
   <script type="application/json">. What to say, where a click leads and which figures move
   together stands in the specification's usermeta.evenstride; data-href on the figure
   ("/runs/{run_id}") is where a click leads, data-group joins cursors. No eval: expressions are
   interpreted, so this runs under a policy without unsafe-eval and without inline styles.
   Words for values are in words.js, loaded before. */
(function () {
  "use strict";

  const drawn = new Map();
  const groups = new Map();
  const { said, day } = window.evenstrideWords;
  const FAILED = "This figure could not be drawn here; the table has the same numbers.";

  /* ------------------------------------------------------------ one figure */

  function Chart(figure) {
    this.figure = figure;
    this.spec = JSON.parse(figure.querySelector('script[type="application/json"]').textContent);
    this.meta = (this.spec.usermeta || {}).evenstride || {};
    this.box = document.createElement("div");
    this.box.className = "chart";
    this.tip = document.createElement("div");
    this.tip.className = "chart-tip";
    this.tip.hidden = true;
    this.tip.setAttribute("aria-hidden", "true");
    this.live = document.createElement("p");
    this.live.className = "visually-hidden";
    this.live.setAttribute("aria-live", "polite");
    const waiting = figure.querySelector(".chart-loading");
    if (waiting) waiting.remove();
    figure.insertBefore(this.box, figure.querySelector("figcaption"));
    figure.append(this.live);
    this.at = -1;
    this.width = 0;
    this.view = null;
    const cursor = this.meta.cursor;
    this.rows = cursor ? this.spec.datasets[cursor.dataset] || [] : [];
    this.places = this.rows.map((row) => (cursor.time ? Date.parse(row[cursor.x]) : row[cursor.x]));
    this.listen();
  }

  Chart.prototype.sized = function (width) {
    const spec = Object.assign({}, this.spec);
    const plot = Math.max(width - (this.meta.margin || 0), 80);
    if (spec.vconcat) {
      spec.vconcat = spec.vconcat.map((part) => Object.assign({}, part, { width: plot }));
    } else {
      spec.width = plot;
    }
    return spec;
  };

  Chart.prototype.draw = async function () {
    const width = Math.floor(this.box.clientWidth);
    if (width < 40 || width === this.width) return;
    this.width = width;
    const compiled = vegaLite.compile(this.sized(width)).spec;
    const view = new vega.View(vega.parse(compiled, null, { ast: true }), {
      expr: vega.expressionInterpreter,
      renderer: "svg",
      loader: { load: refuse, sanitize: refuse },
      hover: false,
      logLevel: vega.Error,
    });
    if (this.view) this.view.finalize();
    this.view = view;
    view.initialize(this.box);
    await view.runAsync();
    this.box.append(this.tip);
    const svg = this.box.querySelector("svg");
    if (svg) {
      svg.setAttribute("aria-hidden", "true");
      svg.setAttribute("focusable", "false");
    }
    this.figure.dataset.drawn = "true";
  };

  function refuse() {
    return Promise.reject(new Error("figures load nothing"));
  }

  /* A policy without inline styles forbids elements with a style attribute in markup, not what a
     script sets: the tip is moved by properties. */
  Chart.prototype.show = function (index, quiet) {
    this.at = index;
    const row = index < 0 ? null : this.rows[index];
    if (!this.view) return;
    this.view.signal("at", row);
    this.view.runAsync().then(() => this.place(row, quiet));
  };

  Chart.prototype.scale = function (name) {
    for (const found of [name, "concat_0_" + name, "concat_0_layer_0_" + name]) {
      try {
        return this.view.scale(found);
      } catch (unknown) {
        continue;
      }
    }
    return null;
  };

  Chart.prototype.place = function (row, quiet) {
    if (!row || quiet) {
      this.tip.hidden = true;
      return;
    }
    this.write(row);
    this.tip.hidden = false;
    const [x, y] = this.pixel(row);
    const room = this.box.clientWidth - this.tip.offsetWidth;
    const beside = x + 14 <= room ? x + 14 : x - 14 - this.tip.offsetWidth;
    this.tip.style.left = Math.round(Math.min(Math.max(beside, 0), Math.max(room, 0))) + "px";
    this.tip.style.top = Math.round(Math.max(y - this.tip.offsetHeight - 10, 0)) + "px";
  };

  Chart.prototype.pixel = function (row) {
    const cursor = this.meta.cursor;
    const x = this.scale("x");
    const [left, top] = this.view.origin();
    const across = cursor.time ? Date.parse(row[cursor.x]) : row[cursor.x];
    const up = cursor.rule ? null : this.scale("y");
    return [left + (x ? x(across) : 0), top + (up ? up(row[cursor.y]) : 0)];
  };

  Chart.prototype.write = function (row) {
    this.tip.replaceChildren();
    const cursor = this.meta.cursor;
    const words = [];
    const head = cursor.time ? day(row[cursor.x]) : cursor.head ? row[cursor.head] : null;
    if (head) {
      const title = document.createElement("p");
      title.className = "tip-head";
      title.textContent = head;
      this.tip.append(title);
      words.push(head);
    }
    const list = document.createElement("dl");
    for (const how of this.meta.say || []) {
      const text = said(how, row);
      if (text === null) continue;
      const term = document.createElement("dt");
      const value = document.createElement("dd");
      term.textContent = how.label;
      value.textContent = text;
      list.append(term, value);
      words.push(how.label + " " + text);
    }
    this.tip.append(list);
    const reason = this.reason(row);
    if (reason) {
      const hint = document.createElement("p");
      hint.className = "tip-hint";
      hint.textContent = "Left out: " + reason;
      this.tip.append(hint);
      words.push("left out: " + reason);
    }
    this.words = words.join(", ");
  };

  Chart.prototype.reason = function (row) {
    const spans = this.meta.spans ? this.spec.datasets[this.meta.spans] : [];
    const found = spans.find((span) => span.x <= row.x && row.x <= span.end);
    return found ? found.label : "";
  };

  Chart.prototype.href = function (row) {
    const pattern = this.figure.dataset.href;
    if (!pattern || !row || !row.run_id) return null;
    return pattern.replace("{run_id}", encodeURIComponent(row.run_id));
  };

  /* Dots that the cursor does not read can be pressed all the same. */
  Chart.prototype.dotAt = function (event) {
    const x = this.view && this.meta.dots ? this.scale("x") : null;
    if (!x) return null;
    const y = this.scale("y");
    const box = this.box.querySelector("svg").getBoundingClientRect();
    const [left, top] = this.view.origin();
    const px = event.clientX - box.left - left;
    const py = event.clientY - box.top - top;
    let best = null;
    let least = 12;
    for (const dot of this.spec.datasets[this.meta.dots]) {
      const away = Math.hypot(x(dot.x) - px, y(dot.y) - py);
      if (away < least) {
        least = away;
        best = dot;
      }
    }
    return best;
  };

  Chart.prototype.nearest = function (event) {
    if (!this.view || !this.rows.length) return -1;
    const cursor = this.meta.cursor;
    const x = this.scale("x");
    if (!x || !x.invert) return -1;
    const box = this.box.querySelector("svg").getBoundingClientRect();
    const [left, top] = this.view.origin();
    const px = event.clientX - box.left - left;
    const py = event.clientY - box.top - top;
    if (cursor.rows) return this.nearestRow(py);
    const y = cursor.near ? this.scale("y") : null;
    let best = -1;
    let least = Infinity;
    for (let i = 0; i < this.rows.length; i += 1) {
      let away = Math.abs(x(this.places[i]) - px);
      if (y) away = Math.hypot(away, y(this.rows[i][cursor.y]) - py);
      if (away < least) {
        least = away;
        best = i;
      }
    }
    const reach = cursor.near ? 40 : cursor.rule ? 60 : 30;
    return least <= reach ? best : -1;
  };

  /* Things below each other: the row that the pointer is in. */
  Chart.prototype.nearestRow = function (py) {
    const y = this.scale("y");
    const away = this.rows.map((row) => Math.abs(y(row[this.meta.cursor.y]) - py));
    const best = away.indexOf(Math.min(...away));
    return away[best] <= 40 ? best : -1;
  };

  Chart.prototype.tell = function () {
    const group = this.figure.dataset.group;
    const row = this.at < 0 ? null : this.rows[this.at];
    if (!group || !this.meta.link) return;
    for (const other of groups.get(group) || []) {
      if (other === this) continue;
      other.follow(row ? row[this.meta.link] : null, this.meta.link);
    }
  };

  Chart.prototype.follow = function (value, link) {
    if (value === null || value === undefined || this.meta.link !== link) {
      this.show(-1, true);
      return;
    }
    let best = -1;
    let least = Infinity;
    this.rows.forEach((row, i) => {
      const away = typeof value === "number" ? Math.abs(row[link] - value) : row[link] === value ? 0 : Infinity;
      if (away < least) {
        least = away;
        best = i;
      }
    });
    this.show(best, true);
  };

  Chart.prototype.listen = function () {
    const figure = this.figure;
    if (!this.rows.length) return;
    this.box.tabIndex = 0;
    this.box.setAttribute("role", "application");
    this.box.setAttribute("aria-roledescription", "chart");
    const name = figure.getAttribute("aria-label") || (figure.querySelector("figcaption") || {}).textContent || "Figure";
    this.box.setAttribute("aria-label", name.trim() + ". Arrow keys read it point by point.");
    if (figure.dataset.href) this.box.dataset.points = "true";
    this.box.addEventListener("pointermove", (event) => {
      if (event.buttons) return;
      const index = this.nearest(event);
      if (index === this.at) return;
      this.show(index);
      this.tell();
    });
    this.box.addEventListener("pointerleave", () => {
      this.show(-1);
      this.tell();
    });
    let pressed = null;
    this.box.addEventListener("pointerdown", (event) => {
      pressed = [event.clientX, event.clientY];
      if (event.pointerType !== "mouse") {
        this.show(this.nearest(event));
        this.tell();
      }
    });
    this.box.addEventListener("click", (event) => {
      const moved = pressed && Math.hypot(event.clientX - pressed[0], event.clientY - pressed[1]);
      if (moved > 5) return;
      const index = this.nearest(event);
      const to = this.href(this.dotAt(event) || this.rows[index]);
      if (to) window.location.assign(to);
    });
    this.box.addEventListener("keydown", (event) => this.key(event));
    this.box.addEventListener("blur", () => this.show(-1));
  };

  Chart.prototype.key = function (event) {
    const last = this.rows.length - 1;
    const step = event.shiftKey || last > 200 ? Math.max(1, Math.round(last / 60)) : 1;
    const rows = this.meta.cursor.rows; // read from the first, and by the arrows up and down too
    const now = this.at >= 0 ? this.at : rows ? 0 : last;
    const on = Math.min(now + (this.at < 0 ? 0 : step), last);
    const back = Math.max(now - (this.at < 0 ? 0 : step), 0);
    const to = {
      ArrowRight: on,
      ArrowLeft: back,
      ArrowDown: rows ? on : undefined,
      ArrowUp: rows ? back : undefined,
      Home: 0,
      End: last,
    }[event.key];
    if (event.key === "Escape") {
      this.show(-1);
      this.tell();
    } else if (event.key === "Enter" && this.at >= 0) {
      const link = this.href(this.rows[this.at]);
      if (link) window.location.assign(link);
    } else if (to !== undefined) {
      event.preventDefault();
      this.show(to);
      this.tell();
      window.clearTimeout(this.saying);
      this.saying = window.setTimeout(() => {
        this.live.textContent = this.words || "";
      }, 150);
    }
  };

  Chart.prototype.drop = function () {
    if (this.view) this.view.finalize();
    const group = groups.get(this.figure.dataset.group);
    if (group) group.delete(this);
  };

  /* ------------------------------------------------------------ the page */

  function fail(figure, error) {
    const text = document.createElement("p");
    text.className = "state";
    text.textContent = FAILED;
    const box = figure.querySelector(".chart, .chart-loading");
    if (box) box.replaceWith(text);
    else figure.prepend(text);
    figure.dataset.drawn = "failed";
    console.error(error);
  }

  function start(figure) {
    let chart;
    try {
      chart = new Chart(figure);
    } catch (error) {
      fail(figure, error);
      return;
    }
    drawn.set(figure, chart);
    const group = figure.dataset.group;
    if (group) {
      if (!groups.has(group)) groups.set(group, new Set());
      groups.get(group).add(chart);
    }
    chart.draw().catch((error) => fail(figure, error));
    widths.observe(chart.box);
  }

  let pending = 0;
  const widths = new ResizeObserver(() => {
    window.clearTimeout(pending);
    pending = window.setTimeout(() => {
      for (const [figure, chart] of drawn) {
        if (figure.isConnected) chart.draw().catch((error) => fail(figure, error));
      }
    }, 120);
  });

  const seen = new IntersectionObserver(
    (entries) => {
      for (const entry of entries) {
        if (!entry.isIntersecting) continue;
        seen.unobserve(entry.target);
        if (!drawn.has(entry.target)) start(entry.target);
      }
    },
    { rootMargin: "300px" },
  );

  function look() {
    for (const [figure, chart] of drawn) {
      if (!figure.isConnected) {
        chart.drop();
        drawn.delete(figure);
      }
    }
    for (const figure of document.querySelectorAll("figure[data-chart]")) {
      if (drawn.has(figure) || figure.dataset.drawn === "failed") continue;
      for (const stale of figure.querySelectorAll(".chart")) stale.remove(); // out of a history
      seen.observe(figure);
    }
  }

  document.addEventListener("htmx:afterSettle", look);
  document.addEventListener("htmx:historyRestore", look);
  window.addEventListener("beforeprint", () => {
    for (const figure of document.querySelectorAll("figure[data-chart]")) {
      if (!drawn.has(figure) && !figure.dataset.drawn) start(figure);
    }
  });
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", look);
  else look();

  window.evenstrideCharts = { look: look };
})();
