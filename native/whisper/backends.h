#pragma once

namespace theo {

/// Makes ggml's backends available, once a process. A local build has them linked in; a portable build
/// loads the CPU variants that lie beside the addon, never from the working directory or Node's own folder.
/// @throws std::runtime_error when no backend is found.
void EnsureBackends();

}  // namespace theo
