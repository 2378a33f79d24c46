#include "binding/decode_slot.h"
#include "binding/front_end.h"
#include "binding/load_progress.h"
#include "binding/napi_setup.h"
#include "binding/process_control.h"
#include "binding/quantize.h"
#include "binding/utterance_memory.h"
#include "binding/whisper_model.h"

namespace {

Napi::Object Init(Napi::Env env, Napi::Object exports) {
  theo::FrontEndBinding::Register(env, exports);
  theo::LoadProgressBinding::Register(env, exports);
  theo::WhisperModelBinding::Register(env, exports);
  theo::DecodeSlotBinding::Register(env, exports);
  theo::UtteranceMemoryBinding::Register(env, exports);
  theo::RegisterProcessControl(env, exports);
  theo::RegisterQuantize(env, exports);
  return exports;
}

}  // namespace

NODE_API_MODULE(theo, Init)
