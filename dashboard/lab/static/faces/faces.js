// The camera on a participant's page. Pictures go to a worker of this page and nowhere else; what is
// sent with an answer are averages of seven probabilities.
import { label } from "./label.js";
import { Measure } from "./measure.js";

const main = document.querySelector("main");
const SIZE = { resizeWidth: 320, resizeHeight: 240 };
const PAUSE = 150; // milliseconds between a reading and the next picture
const CALIBRATION = 3000; // milliseconds
const ENOUGH = 4; // readings without a face before the face at rest is done without
const KEPT = new Set(["camera", "faces", "rules", "quiz", "waiting", "others", "result"]); // pages with the camera on
const off = "arena-camera-off"; // switched off, until the window is closed

let worker = null, stream = null, busy = false, number = 0;
let why = null; // why the face is not read, once it is known
let page = "", about = null, measure = new Measure(), began = 0, warm = false;

const place = () => document.getElementById("camera");
const part = (name) => place()?.querySelector(`[data-part="${name}"]`);

function say(key) {
  const words = key ? place().dataset[key] : "";
  if (part("said").textContent !== words) part("said").textContent = words;
}

// A page is here, or the same one once more.
main.addEventListener("shown", async () => {
  const article = main.querySelector("article");
  if (!place()) {
    about = null;
    if (!KEPT.has(article.dataset.kind)) release();
    return;
  }
  if (article.dataset.page !== page) {
    page = article.dataset.page;
    measure = new Measure();
    began = performance.now();
  }
  about = JSON.parse(place().dataset.about);
  part("off").onclick = switchOff;
  if (sessionStorage.getItem(off)) why = "refused";
  draw();
  await open();
  draw();
});

async function open() {
  if (why) return;
  try {
    stream ??= await navigator.mediaDevices.getUserMedia({ video: { width: 640, height: 480 } });
  } catch (error) {
    why = error.name === "NotAllowedError" ? "refused" : "no camera";
    return;
  }
  if (!place()) return KEPT.has(main.querySelector("article").dataset.kind) || release();
  const video = part("video");
  if (video.srcObject !== stream) {
    video.srcObject = stream;
    await video.play().catch(() => {}); // the page has gone on
  }
  listen();
  next();
}

function listen() {
  if (worker) return;
  const own = main.dataset.own ? `&own=${main.dataset.own}` : "";
  worker = new Worker(`/static/faces/worker.js?laid=/faces${own}`, { type: "module" });
  worker.onmessage = ({ data }) => heard(data);
  worker.onerror = () => fail("not installed");
}

async function next() {
  if (busy || !about || why || !part("video")?.videoWidth) return void (about && !why && setTimeout(next, PAUSE));
  busy = true;
  try {
    const picture = await createImageBitmap(part("video"), SIZE);
    worker.postMessage({ picture, number: ++number, page }, [picture]);
  } catch {
    busy = false;
    setTimeout(next, PAUSE);
  }
}

function heard(said) {
  if (said.failed) return fail("too slow");
  if (said.ready) return;
  busy = false;
  performance.measure("face", { duration: said.milliseconds, end: performance.now() });
  // The first picture takes seconds, and may be of an earlier page.
  if (warm && about && said.page === page) measure.add(said, performance.now());
  if (!warm) began = performance.now();
  warm = true;
  draw();
  setTimeout(next, PAUSE);
}

function fail(reason) {
  why = reason;
  release();
  draw();
}

function switchOff() {
  sessionStorage.setItem(off, "1");
  fail("refused");
}

function release() {
  stream?.getTracks().forEach((track) => track.stop());
  stream = null;
}

// What the participant sees: the own picture, and what it is read as.
function draw() {
  if (!about || !place()) return;
  part("video").hidden = part("off").hidden = Boolean(why);
  if (about.use === "calibrate") return calibrate();
  const read = !why && !measure.unread;
  const shows = about.use !== "record";
  part("read").hidden = !(read && shows);
  if (part("choice")) part("choice").hidden = !read;
  if (why) return say(shows ? "buttons" : "failed");
  if (!read) return say(measure.seen.length < 3 ? "waits" : measure.unread === "too dark" ? "dark" : "none");
  say(shows ? "" : "record");
  const { emotion, intensity } = label(measure.mean, about.baseline);
  part("word").textContent = about.labels[emotion];
  part("strength").value = intensity;
  for (const face of place().querySelectorAll("[data-emotion]")) face.hidden = face.dataset.emotion !== emotion;
}

// The face at rest: three seconds of readings, counted from the first one.
function calibrate() {
  const button = main.querySelector("form button");
  const waited = performance.now() - began;
  const lost = measure.seen.length >= ENOUGH && measure.unread;
  const done = why || lost || (warm && waited >= CALIBRATION && !measure.unread);
  part("bar").value = why ? 0 : Math.min(waited / CALIBRATION, measure.found.length / 3, 1) * (warm ? 1 : 0);
  if (done) button.removeAttribute("aria-disabled");
  else button.setAttribute("aria-disabled", "true");
  if (why) say("failed");
  else say(lost ? "none" : done ? "done" : "waits");
}

// An answer is on its way: what was read goes with it.
main.addEventListener("answering", ({ detail }) => {
  if (!about) return;
  const use = about.use !== "choose" || Boolean(part("use")?.checked);
  detail.face = { ...measure.told(why, performance.now()), use };
});
