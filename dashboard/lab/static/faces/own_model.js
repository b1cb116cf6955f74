// A researcher's own expression model, an ONNX file: crops of faces in, one number a class out.
// `own.json` beside it says its classes, and how colours are scaled.
const NAMES = ["neutral", "happiness", "sadness", "anger", "fear", "disgust", "surprise"];

export async function load(laid, own) {
  const ort = await import(`${laid}/ort.wasm.min.mjs`);
  ort.env.wasm.wasmPaths = new URL(`${laid}/`, location.href).href;
  ort.env.wasm.numThreads = 1;
  const [about, session] = await Promise.all([
    fetch(`${own}.json`).then((answer) => answer.json()),
    ort.InferenceSession.create(`${own}.onnx`, { executionProviders: ["wasm"] }),
  ]);
  const [input] = session.inputNames;
  const places = NAMES.map((name) => about.classes.indexOf(name));

  async function expression(tf, crop) {
    const planes = tf.tidy(() => {
      const small = tf.image.resizeBilinear(crop, [about.size, about.size]).div(255);
      return small.sub(about.mean).div(about.std).transpose([2, 0, 1]);
    });
    const values = new ort.Tensor("float32", await planes.data(), [1, 3, about.size, about.size]);
    planes.dispose();
    const said = await session.run({ [input]: values });
    return softmax(places.map((place) => said[session.outputNames[0]].data[place]));
  }
  return { expression };
}

function softmax(scores) {
  const most = Math.max(...scores);
  const powers = scores.map((score) => Math.exp(score - most));
  const sum = powers.reduce((a, b) => a + b);
  return powers.map((power) => power / sum);
}
