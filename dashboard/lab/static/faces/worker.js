// Reads faces apart from the page's own thread: a picture comes in, seven probabilities go out.
// Order of the probabilities: neutral, happiness, sadness, anger, fear, disgust, surprise.
const ORDER = ["neutral", "happy", "sad", "angry", "fearful", "disgusted", "surprised"];
const DARK = 0.12; // mean brightness of a picture, from 0 to 1
const FEW = 16; // pixels of a side, to tell how dark a picture is
const FOUND = { inputSize: 160, scoreThreshold: 0.4 };
const query = new URLSearchParams(location.search);
const laid = query.get("laid");

let face = null; // face-api
let own = null; // a model of the researcher's own
const small = new OffscreenCanvas(FEW, FEW).getContext("2d", { willReadFrequently: true });

async function ready() {
  face = await import(`${laid}/face-api.esm.js`);
  const canvas = () => new OffscreenCanvas(1, 1);
  class None {}
  face.env.setEnv({
    Canvas: OffscreenCanvas, CanvasRenderingContext2D: OffscreenCanvasRenderingContext2D,
    Image: None, Video: None, ImageData, createCanvasElement: canvas,
    createImageElement: () => new None(), createVideoElement: () => new None(),
    fetch: fetch.bind(self), readFile: () => { throw new Error("no files"); },
  });
  await face.tf.setBackend("webgl");
  await face.tf.ready();
  await face.nets.tinyFaceDetector.loadFromUri(laid);
  if (query.get("own")) {
    own = await (await import("./own_model.js")).load(laid, query.get("own"));
  } else {
    await face.nets.faceExpressionNet.loadFromUri(laid);
  }
}

// Mean brightness from 0 to 1, of the picture drawn small: to wait for a graphics card takes longer.
function brightness(picture) {
  small.drawImage(picture, 0, 0, FEW, FEW);
  const { data } = small.getImageData(0, 0, FEW, FEW);
  const sum = data.reduce((total, value, at) => (at % 4 === 3 ? total : total + value), 0);
  return sum / (3 * FEW * FEW * 255);
}

async function read(picture) {
  const tensor = face.tf.browser.fromPixels(picture);
  try {
    const options = new face.TinyFaceDetectorOptions(FOUND);
    const found = await face.detectSingleFace(tensor, options);
    if (!found) return { face: false, dark: brightness(picture) < DARK };
    const [crop] = await face.extractFaceTensors(tensor, [found.box]);
    try {
      return { face: true, probabilities: await expression(crop) };
    } finally {
      crop.dispose();
    }
  } finally {
    tensor.dispose();
  }
}

async function expression(crop) {
  if (own) return own.expression(face.tf, crop);
  const said = await face.nets.faceExpressionNet.predictExpressions(crop);
  return ORDER.map((name) => said[name]);
}

const begun = ready();
begun.then(() => postMessage({ ready: true }), (error) => {
  console.error(error); // for the researcher; the participant goes on with buttons
  postMessage({ failed: String(error) });
});
onmessage = async ({ data: { picture, ...about } }) => {
  try {
    await begun;
    const from = performance.now();
    const said = await read(picture);
    postMessage({ ...about, ...said, milliseconds: performance.now() - from });
  } catch (error) {
    postMessage({ ...about, failed: String(error) });
  } finally {
    picture.close();
  }
};
