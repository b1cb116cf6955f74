// A participant's page. The server sends each page as HTML, and this script shows it, sends what is
// filled in, counts the time down, and connects again by itself for as long as it takes.
const main = document.querySelector("main");
const banner = document.getElementById("banner");
const said = document.getElementById("said");
const SHORTEST = 500, LONGEST = 3000, SILENCE = 10000; // milliseconds
const MOVED = 4001, UNKNOWN = 4404;
let socket = null;
let pause = SHORTEST;
let timer = 0; // of the next try to connect; 0 when there is none to come
let heard = 0; // when the server last said something
let pending = null; // the latest answer, as long as it is not known to be on record
let draft = null; // the latest form, as it was filled in, and its page
let end = null; // when the time for this page is over

const article = () => main.querySelector("article");
const page = () => article().dataset.page;
const form = () => main.querySelector("form");
const button = () => form()?.querySelector("button");
const inputs = (place) => [...place.querySelectorAll("input, textarea")];

function connect() {
  clearTimeout(timer);
  const scheme = location.protocol === "https:" ? "wss:" : "ws:";
  const mine = (socket = new WebSocket(`${scheme}//${location.host}${main.dataset.socket}`));
  heard = Date.now();
  mine.onmessage = (event) => mine === socket && hear(JSON.parse(event.data));
  mine.onclose = (event) => mine === socket && closed(event.code);
}

function closed(code) {
  socket.close();
  socket = null;
  if (code === UNKNOWN) return location.replace("/?new=1");
  if (code === MOVED) return moved();
  banner.textContent = article().dataset.lost;
  timer = setTimeout(connect, pause * (0.75 + Math.random() / 2));
  pause = Math.min(2 * pause, LONGEST);
}

// The server or the network is silent: a phone that has slept does not know that it is cut off.
function check() {
  if (socket && Date.now() - heard > SILENCE) closed(0);
}

function awake() {
  check();
  if (socket || !timer) return;
  pause = SHORTEST;
  connect();
}

function moved() {
  timer = 0;
  end = null;
  main.replaceChildren(document.getElementById("moved").content);
  main.querySelector("h1").focus();
}

function hear(message) {
  heard = Date.now();
  if (message.beat) socket.send('{"beat":1}');
  if (message.html !== undefined) show(message);
  if (message.done !== undefined) done(message);
}

// Of the open question once more, what is filled in stays; what is said above it may be new.
function show({ page: id, html, seconds }) {
  if (banner.textContent) say(article().dataset.back);
  banner.textContent = "";
  pause = SHORTEST;
  end = seconds === null ? null : Date.now() + 1000 * seconds;
  const fresh = document.createElement("template");
  fresh.innerHTML = html;
  const again = page() === id;
  const part = again ? "#head" : "article";
  const focused = !again || main.querySelector(part).contains(document.activeElement);
  if (form()) draft = { page: page(), form: form() };
  main.querySelector(part).replaceWith(fresh.content.querySelector(part));
  if (!again) {
    // A server that was started again may show another page before the open question comes back.
    if (draft?.page === id) form().replaceWith(draft.form);
    document.documentElement.lang = article().lang;
    document.title = main.querySelector("h1").textContent;
    said.textContent = "";
    scrollTo(0, 0);
  }
  if (focused) main.querySelector("h1").focus({ preventScroll: true });
  if (pending?.page === id) send();
  say(document.getElementById("notice").textContent);
  tick();
  main.dispatchEvent(new Event("shown"));
}

function say(words) {
  if (words && said.textContent !== words) said.textContent = words;
}

function done({ done: id, wrong }) {
  if (pending?.page !== id) return;
  pending = null;
  const keys = Object.keys(wrong);
  if (!keys.length || page() !== id) return; // the next page is here or on its way
  button().removeAttribute("aria-disabled");
  for (const field of form().querySelectorAll("[data-key]")) {
    const words = wrong[field.dataset.key] ?? "";
    field.querySelector(".error").textContent = words;
    inputs(field).forEach((input) => input.setAttribute("aria-invalid", words !== ""));
  }
  const others = keys.filter((key) => !form().querySelector(`[data-key="${CSS.escape(key)}"]`));
  document.getElementById("wrong").textContent = others.map((key) => wrong[key]).join(" ");
  say(Object.values(wrong).join(" "));
  form().querySelector("[aria-invalid=true]")?.focus();
}

function send() {
  button()?.setAttribute("aria-disabled", "true");
  if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(pending));
}

const number = (text) => (/^-?\d{1,15}$/.test(text.trim()) ? Number(text) : text.trim());

// What a field holds; nothing if nothing was filled in.
function value(field) {
  const kind = field.dataset.kind;
  const holds = (input) => (/radio|checkbox/.test(input.type) ? input.checked : input.value.trim());
  const filled = inputs(field).filter(holds);
  if (!filled.length) return undefined;
  if (kind === "agree") return true;
  if (kind === "grid") return filled.map((input) => number(input.value));
  return kind === "number" || kind === "scale" ? number(filled[0].value) : filled[0].value;
}

function tick() {
  const clock = document.getElementById("clock");
  if (!clock || end === null) return;
  const left = Math.max(0, Math.ceil((end - Date.now()) / 1000));
  const shown = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
  if (clock.textContent === shown) return;
  clock.textContent = shown;
  clock.parentElement.classList.toggle("soon", left <= 10);
  if ([60, 30, 10].includes(left)) say(`${article().dataset.secondsWord} ${shown}`);
}

main.addEventListener("submit", (event) => {
  event.preventDefault();
  if (button().getAttribute("aria-disabled")) return;
  const fields = [...form().querySelectorAll("[data-key]")];
  const values = Object.fromEntries(fields.map((field) => [field.dataset.key, value(field)]));
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
