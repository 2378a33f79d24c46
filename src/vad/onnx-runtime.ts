// The only place that loads ONNX Runtime; the order matters.
import './onnx-telemetry.ts';

export { InferenceSession, Tensor } from 'onnxruntime-node';
