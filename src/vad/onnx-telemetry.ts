import { loadNative } from '../native.ts';

// ONNX Runtime reports its use to its maker unless this variable is set when it is loaded. It keeps a device id and a
// database of events in the user's cache folder, too.
loadNative().setEnvironment('ORT_DISABLE_TELEMETRY', '1');
