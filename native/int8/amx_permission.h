#pragma once

namespace theo::int8 {

/**
 * Asks the system to let this process use AMX's tiles, which Linux (from 5.16 on) wants to be asked for
 * because every thread's saved state grows by 8 KiB. It holds for all threads until the process ends. False
 * where it is refused.
 */
bool RequestAmxPermission();

}  // namespace theo::int8
