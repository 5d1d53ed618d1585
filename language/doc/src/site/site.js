// The search box, and the switch between light and dark. Nothing else needs a script.
(function () {
  "use strict";
  var root = document.documentElement;
  var kept = null;
  try { kept = localStorage.getItem("toma-light"); } catch (error) { kept = null; }
  if (kept) root.dataset.light = kept;

  function score(entry, words) {
    var name = entry[0].toLowerCase();
    var own = name.slice(name.lastIndexOf(".") + 1);
    var about = entry[2].toLowerCase();
    var sum = 0;
    for (var i = 0; i < words.length; i++) {
      var word = words[i];
      if (own === word || name === word) sum += 100;
      else if (own.indexOf(word) === 0) sum += 60;
      else if (name.indexOf(word) >= 0) sum += 30;
      else if (about.indexOf(word) >= 0) sum += 10;
      else return 0;
    }
    return sum - (entry[1] === "parameter" ? 5 : 0) - name.length / 100;
  }

  function ready() {
    var button = document.getElementById("light");
    button.addEventListener("click", function () {
      var dark = root.dataset.light
        ? root.dataset.light === "dark"
        : matchMedia("(prefers-color-scheme: dark)").matches;
      root.dataset.light = dark ? "light" : "dark";
      try { localStorage.setItem("toma-light", root.dataset.light); } catch (error) { /* a private window */ }
    });

    var box = document.getElementById("search");
    var list = document.getElementById("found");
    var chosen = 0;

    function choose(at) {
      var all = list.children;
      if (!all.length) return;
      chosen = (at + all.length) % all.length;
      for (var i = 0; i < all.length; i++) all[i].classList.toggle("chosen", i === chosen);
      all[chosen].scrollIntoView({ block: "nearest" });
    }

    function find() {
      var words = box.value.toLowerCase().split(/\s+/).filter(Boolean);
      list.textContent = "";
      list.hidden = !words.length;
      if (!words.length) return;
      var found = (window.TOMA_INDEX || [])
        .map(function (entry) { return [score(entry, words), entry]; })
        .filter(function (pair) { return pair[0] > 0; })
        .sort(function (a, b) { return b[0] - a[0]; })
        .slice(0, 12);
      found.forEach(function (pair) {
        var entry = pair[1];
        var item = document.createElement("li");
        var link = document.createElement("a");
        var name = document.createElement("b");
        var word = document.createElement("small");
        var about = document.createElement("span");
        link.href = entry[3];
        name.textContent = entry[0];
        word.textContent = entry[1];
        about.textContent = entry[2];
        link.append(name, word, about);
        item.append(link);
        list.append(item);
      });
      if (!found.length) {
        var none = document.createElement("li");
        none.className = "nothing";
        none.textContent = "nothing of that name";
        list.append(none);
      }
      choose(0);
    }

    box.addEventListener("input", find);
    box.addEventListener("keydown", function (event) {
      if (event.key === "ArrowDown") choose(chosen + 1);
      else if (event.key === "ArrowUp") choose(chosen - 1);
      else if (event.key === "Enter") {
        var link = list.querySelector(".chosen a");
        if (link) location.href = link.href;
      } else if (event.key === "Escape") { box.value = ""; find(); box.blur(); }
      else return;
      event.preventDefault();
    });
    document.addEventListener("keydown", function (event) {
      if (event.key === "/" && document.activeElement !== box) { box.focus(); event.preventDefault(); }
    });
    var here = document.querySelector("aside .here");
    if (here) here.scrollIntoView({ block: "nearest" });
    // For links such as index.html?q=blur
    var asked = new URLSearchParams(location.search).get("q");
    if (asked) { box.value = asked; setTimeout(find, 50); }
  }
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", ready);
  else ready();
})();
