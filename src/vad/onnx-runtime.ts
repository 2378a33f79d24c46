// The only place that loads ONNX Runtime: its telemetry has to be switched off before.
import './onnx-telemetry.ts';

export { InferenceSession, Tensor } from 'onnxruntime-node';
