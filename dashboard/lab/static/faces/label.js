// The emotion that probabilities come to, as `arena.record.readings.label` has it.
export const NAMES = ["neutral", "happiness", "sadness", "anger", "fear", "disgust", "surprise"];

export function label(mean, baseline) {
  const rest = baseline ?? NAMES.map((_, n) => (n ? 0 : 1));
  const above = mean.slice(1).map((p, n) => {
    const b = rest[n + 1];
    return b < 1 ? Math.max(0, (p - b) / (1 - b)) : 0;
  });
  const shares = [Math.max(0, 1 - above.reduce((a, b) => a + b)), ...above];
  const best = shares.indexOf(Math.max(...shares));
  return { emotion: NAMES[best], intensity: Math.floor(100 * shares[best] + 0.5) };
}
