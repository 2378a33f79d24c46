#pragma once

namespace theo::int8 {

// What compilers of 2022 have no run-time check for. Both presume that AVX2 is there and usable.

/** Whether vpdpbusd is there on 256 bits, as VEX encodes it. */
bool HasAvxVnni();

/**
 * Whether AMX has products of bytes and lets this process use its tiles. Linux (from 5.16 on) wants to be
 * asked for that, because every thread's saved state grows by 8 KiB; it holds for all threads until the
 * process ends.
 */
bool RequestAmx();

}  // namespace theo::int8
