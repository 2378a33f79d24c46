#pragma once

#include <whisper.h>

#include <cstddef>
#include <span>

namespace theo {

/// Looks for the loops that Whisper falls into when its audio context is too short or holds no speech: the
/// same few tokens over and over at the end of the output.
/// @return how many tokens at the end repeat what stands before them (to be cut away); 0: no loop.
/// Spoken digit strings repeat too ("nine nine nine"), so short periods must repeat often.
std::size_t RepeatedTail(std::span<const whisper_token> tokens);

}  // namespace theo
