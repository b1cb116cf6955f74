"use strict";

// A participant's page. The server sends each page as HTML, and this script shows it, sends what is
// filled in, counts the time down, and connects again by itself for as long as it takes.
(() => {
  const main = document.querySelector("main");
  const banner = document.getElementById("banner");
  const said = document.getElementById("said");
  const SHORTEST = 500, LONGEST = 3000, SILENCE = 10000; // milliseconds
  const MOVED = 4001, UNKNOWN = 4404;
  let socket = null;
  let pause = SHORTEST;
  let timer = 0;
  let heard = 0; // when the server last said something
  let pending = null; // the latest answer, as long as it is not known to be on record
  let draft = null; // what was filled in on the latest page with a form
  let end = null; // when the time for this page is over
  let told = Infinity; // seconds that were left when the time was last said aloud

  const article = () => main.querySelector("article");
  const page = () => article().dataset.page;
  const form = () => main.querySelector("form");
  const inputs = () => [...form().querySelectorAll("input, textarea")];

  function connect() {
    clearTimeout(timer);
    const scheme = location.protocol === "https:" ? "wss:" : "ws:";
    const mine = (socket = new WebSocket(`${scheme}//${location.host}${main.dataset.socket}`));
    heard = Date.now();
    mine.onmessage = (event) => mine === socket && hear(JSON.parse(event.data));
    mine.onclose = (event) => mine === socket && closed(event.code);
  }

  function closed(code) {
    socket = null;
    if (code === UNKNOWN) return location.replace("/?new=1");
    if (code === MOVED) return moved();
    banner.textContent = article().dataset.lost;
    timer = setTimeout(connect, pause * (0.75 + Math.random() / 2));
    pause = Math.min(2 * pause, LONGEST);
  }

  // The server or the network is silent: a phone that has slept does not know that it is cut off.
  function check() {
    if (socket && Date.now() - heard > SILENCE) {
      const dead = socket;
      socket = null;
      dead.close();
      closed(0);
    }
  }

  function awake() {
    check();
    if (!socket && timer) {
      pause = SHORTEST;
      connect();
    }
  }

  function moved() {
    clearTimeout(timer);
    timer = 0;
    end = null;
    const { moved: words, here } = article().dataset;
    const button = document.createElement("button");
    button.textContent = here;
    button.onclick = () => location.reload();
    const heading = document.createElement("h1");
    heading.tabIndex = -1;
    heading.textContent = words;
    main.replaceChildren(heading, button);
    heading.focus();
  }

  function hear(message) {
    heard = Date.now();
    if (message.beat) socket.send('{"beat":1}');
    if (message.html !== undefined) show(message);
    if (message.done !== undefined) done(message);
  }

  function show({ page: id, html, seconds }) {
    if (banner.textContent) say(article().dataset.back);
    banner.textContent = "";
    pause = SHORTEST;
    end = seconds === null ? null : Date.now() + 1000 * seconds;
    told = Infinity;
    if (article().dataset.page === id) {
      again(html);
    } else {
      if (form()) draft = { page: page(), given: inputs().map(({ checked, value }) => ({ checked, value })) };
      main.innerHTML = html;
      document.documentElement.lang = article().lang;
      document.title = main.querySelector("h1").textContent;
      said.textContent = "";
      scrollTo(0, 0);
      main.querySelector("h1").focus({ preventScroll: true });
      // A server that was started again may show another page before the open question comes back.
      if (form() && draft?.page === id) inputs().forEach((input, n) => Object.assign(input, draft.given[n]));
      if (pending?.page === id) send();
    }
    say(document.getElementById("notice").textContent);
    tick();
    main.dispatchEvent(new Event("shown"));
  }

  // The open question once more: what is filled in stays, what is said above it may be new.
  function again(html) {
    const fresh = document.createElement("template");
    fresh.innerHTML = html;
    const [now, then] = [document.getElementById("head"), fresh.content.getElementById("head")];
    const focused = now.contains(document.activeElement);
    now.replaceWith(then);
    if (focused) then.querySelector("h1").focus({ preventScroll: true });
    if (pending?.page === page()) send();
  }

  function say(words) {
    if (words && said.textContent !== words) said.textContent = words;
  }

  function done({ done: id, wrong }) {
    if (pending?.page !== id) return;
    pending = null;
    const keys = Object.keys(wrong);
    if (!keys.length || page() !== id) return; // the next page is here or on its way
    busy(false);
    for (const place of form().querySelectorAll("[data-wrong]")) {
      place.textContent = wrong[place.dataset.wrong] ?? "";
      place.parentElement.querySelectorAll("input, textarea").forEach((input) => {
        input.setAttribute("aria-invalid", place.dataset.wrong in wrong);
      });
    }
    const known = (key) => form().querySelector(`[data-key="${CSS.escape(key)}"]`);
    const others = keys.filter((key) => !known(key)).map((key) => wrong[key]);
    document.getElementById("wrong").textContent = others.join(" ");
    say(Object.values(wrong).join(" "));
    keys.map(known).find(Boolean)?.querySelector("input, textarea").focus();
  }

  function busy(on) {
    const button = form()?.querySelector("button");
    button?.setAttribute("aria-disabled", on);
  }

  function send() {
    busy(true);
    if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(pending));
  }

  const number = (text) => (/^-?\d{1,15}$/.test(text.trim()) ? Number(text) : text.trim());

  // What a field holds; nothing if nothing was filled in.
  function value(field) {
    const given = [...field.querySelectorAll("input, textarea")];
    const kind = field.dataset.kind;
    if (kind === "agree") return given[0].checked || undefined;
    const filled = given.filter((input) => (input.type === "radio" ? input.checked : input.value.trim()));
    if (!filled.length) return undefined;
    if (kind === "grid") return filled.map((input) => number(input.value));
    return kind === "number" || kind === "scale" ? number(filled[0].value) : filled[0].value;
  }

  function tick() {
    const clock = document.getElementById("clock");
    if (!clock || end === null) return;
    const left = Math.max(0, Math.ceil((end - Date.now()) / 1000));
    const shown = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
    if (clock.textContent !== shown) clock.textContent = shown;
    clock.parentElement.classList.toggle("soon", left <= 10);
    for (const mark of [60, 30, 10]) {
      if (left <= mark && told > mark && left > mark - 5) say(`${article().dataset.secondsWord} ${shown}`);
    }
    told = left;
  }

  main.addEventListener("submit", (event) => {
    event.preventDefault();
    if (form().querySelector("button").ariaDisabled === "true") return;
    const values = {};
    for (const field of form().querySelectorAll("[data-key]")) {
      const given = value(field);
      if (given !== undefined) values[field.dataset.key] = given;
    }
    pending = { page: page(), values };
    main.dispatchEvent(new CustomEvent("answering", { detail: pending }));
    say(article().dataset.sending);
    send();
  });
  addEventListener("pageshow", (event) => event.persisted && location.reload());
  addEventListener("online", awake);
  document.addEventListener("visibilitychange", () => document.hidden || awake());
  setInterval(() => (check(), tick()), 250);
  connect();
})();
