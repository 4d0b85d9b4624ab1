/* How charts.js says a value: as balance, a size toward a side, pace, time or a plain number. What
   a figure's columns are stands in its specification's usermeta.evenstride.say. */
(function () {
  "use strict";

  function balancePair(value) {
    const left = Math.round(value * 10) / 10;
    return left.toFixed(1) + " L / " + (100 - left).toFixed(1) + " R";
  }

  function pace(value, how) {
    if (value < 0.3) return "–";
    const seconds = Math.round(how.metres / value);
    return Math.floor(seconds / 60) + ":" + String(seconds % 60).padStart(2, "0") + " " + how.unit;
  }

  function clock(minutes) {
    const seconds = Math.round(minutes * 60);
    const tail = String(seconds % 60).padStart(2, "0");
    const whole = Math.floor(seconds / 60);
    return whole < 60
      ? whole + ":" + tail
      : Math.floor(whole / 60) + ":" + String(whole % 60).padStart(2, "0") + ":" + tail;
  }

  function said(how, row) {
    const value = row[how.column];
    if (value === null || value === undefined || Number.isNaN(value)) return null;
    if (how.unit === "min") return clock(value);
    if (how.as === "balance") {
      return how.to ? sideRange(value, row[how.to]) : balancePair(value);
    }
    if (how.as === "pace") return pace(value, how);
    if (how.as === "text") return value || null;
    if (how.as === "one_of") return how.names[String(value)] || null;
    if (how.as === "hours") return clock(60 * value);
    if (how.as === "turn") return turn(value, how);
    if (how.as === "pp") return how.to ? towardRange(value, row[how.to]) : toward(value, how);
    if (how.as === "share") return (100 * value).toFixed(1) + " %";
    return value.toFixed(how.decimals) + (how.unit ? " " + how.unit : "");
  }

  function oneSide(value) {
    if (Math.abs(value - 50) < 0.005) return "even";
    return value > 50 ? value.toFixed(2) + " L" : (100 - value).toFixed(2) + " R";
  }

  function toward(value, how) {
    const small = Math.abs(value) < 0.095 && Math.abs(value) >= 0.005;
    const number = Math.abs(value).toFixed(small ? 2 : 1);
    const size = number + " pp" + (how.unit ? " " + how.unit : "");
    return number === "0.0" ? size : size + " toward the " + (value > 0 ? "left" : "right");
  }

  function oneEnd(value) {
    const size = Math.abs(value).toFixed(1);
    return size === "0.0" ? size : size + (value > 0 ? " L" : " R");
  }

  function towardRange(low, high) {
    return oneEnd(low) + " to " + oneEnd(high);
  }

  function turn(value, how) {
    const size = Math.abs(value).toFixed(2);
    return size === "0.00" ? "straight" : size + " " + how.unit + " to the " + (value > 0 ? "left" : "right");
  }

  function sideRange(low, high) {
    return oneSide(high) + " to " + oneSide(low);
  }

  function day(value) {
    const date = new Date(value);
    return date.toLocaleDateString("en-GB", {
      timeZone: "UTC", weekday: "short", day: "numeric", month: "short", year: "numeric",
    });
  }

  window.evenstrideWords = { said: said, day: day };
})();
