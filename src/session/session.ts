import type { Hop } from '../audio/preprocessor.ts';
import { wholeMs } from '../clock.ts';
import { languageProblem } from '../engine/language.ts';
import type { SpeechEngine } from '../engine/types.ts';
import { messageOf } from '../errors.ts';
import { sampleRateHz } from '../native.ts';
import type { ClientCommand } from '../protocol/commands.ts';
import { closeCodes, type ErrorCode } from '../protocol/errors.ts';
import type { ClosedReason, ServerEvent } from '../protocol/events.ts';
import { applyConfigChange, type SessionConfig } from '../protocol/session-config.ts';
import type { DetectorOptions } from '../vad/detector-types.ts';
import { VadStream } from '../vad/vad-stream.ts';
import { ArrivalTimes } from './arrival-times.ts';
import { AudioIntake } from './audio-intake.ts';
import { AudioPace } from './audio-pace.ts';
import { AudioTimeline } from './audio-timeline.ts';
import type { SessionIdentity, SessionParts, SessionSink } from './parts.ts';
import { hotWordsOf, type RecognitionSettings } from './recognition-settings.ts';
import { SampleReader } from './sample-reader.ts';
import { StallWatch } from './stall-watch.ts';
import { UtteranceTracker } from './utterance-tracker.ts';

/** The most commands that may wait until the audio before them is processed. */
const maxPendingCommands = 1000;
const tooManyPending = `${maxPendingCommands} commands wait for the audio before them: one more was not obeyed`;
const noHotWords = hotWordsOf([], 1);

/** What a session needs to process audio; made with the first audio, because many sessions are idle. */
interface Hearing {
  readonly reader: SampleReader;
  readonly intake: AudioIntake;
  readonly pace: AudioPace;
  readonly vad: VadStream;
  readonly tracker: UtteranceTracker;
  readonly arrivals: ArrivalTimes;
  readonly stallWatch: StallWatch;
}

/**
 * One client's conversation: audio -> front end -> voice activity -> engine -> text -> events. It knows
 * nothing of sockets. It is open from the start and closes once: by a command, when the client is gone, by a timeout or
 * by a failure. Nothing is sent afterwards.
 */
export class StreamingSession {
  readonly id: string;
  readonly #parts: SessionParts;
  readonly #engine: SpeechEngine;
  readonly #sink: SessionSink;
  readonly #openedAtMs: number;
  #hearing: Hearing | undefined;
  #config: SessionConfig;
  #hotWords = noHotWords;
  #lastAudioAtMs: number;
  #state: 'active' | 'closing' | 'closed' = 'active';

  constructor(parts: SessionParts, { id, engine, sink }: SessionIdentity, config: SessionConfig) {
    this.id = id;
    this.#engine = engine;
    this.#sink = sink;
    this.#parts = parts;
    this.#config = this.#withinReach(config);
    this.#openedAtMs = wholeMs(parts.clock.nowMs());
    this.#lastAudioAtMs = this.#openedAtMs;
    parts.metrics.opened();
    this.#send({ type: 'session.created', session_id: id, model: engine.model, config: this.#config });
  }

  get config(): SessionConfig {
    return this.#config;
  }

  /** When audio last came in, by the session's clock; its opening if none came. */
  get lastAudioAtMs(): number {
    return this.#lastAudioAtMs;
  }

  /**
   * Takes audio as the client sent it: mono, at the configured rate and in the configured encoding, any length.
   * Borrowed during the call. Reports what is no such audio, audio that comes too fast, and audio that had to be dropped.
   */
  pushAudio(message: Uint8Array): void {
    if (this.#state !== 'active' || message.length === 0) return;
    const nowMs = this.#parts.clock.nowMs();
    this.#lastAudioAtMs = wholeMs(nowMs);
    try {
      this.#hearing ??= this.#startHearing();
      const { reader, intake, pace, vad, tracker, stallWatch } = this.#hearing;
      const read = reader.read(message, this.#config);
      if (!read.ok) {
        this.reject('invalid_audio_frame', read.problem);
        return;
      }
      if (read.pcm.length === 0) return;
      const waitingSamples = pace.waitingSamples + vad.pendingSamples + tracker.waitingSamples;
      const receivedBeforeMs = intake.receivedMs;
      this.#pushHops(this.#hearing, intake.push(read.pcm, nowMs, waitingSamples));
      stallWatch.noteAudio(intake.receivedMs - receivedBeforeMs, nowMs);
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Counts audio in that came and could not be kept. */
  dropAudio(byteLength: number): void {
    if (this.#state !== 'active') return;
    const nowMs = this.#parts.clock.nowMs();
    this.#lastAudioAtMs = wholeMs(nowMs);
    try {
      this.#hearing ??= this.#startHearing();
      const { reader, intake, stallWatch } = this.#hearing;
      stallWatch.noteAudio(0, nowMs);
      intake.drop(reader.skip(byteLength, this.#config), nowMs);
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Obeys a client's command. */
  handle(command: ClientCommand): void {
    // Also while closing: a client need not wait for the finals.
    if (command.type === 'session.cancel') this.#close('cancelled');
    if (this.#state !== 'active') return;
    if (command.type === 'session.close') void this.finish('client_request');
    else if (this.#pendingCommands >= maxPendingCommands) this.reject('session_limit', tooManyPending);
    else if (command.type === 'session.configure') this.#configure(command);
    else this.#hearing?.pace.follow(this.#commit);
  }

  /** Reports what is wrong with a client's message; the session goes on. */
  reject(code: ErrorCode, message: string): void {
    this.#sendError(code, message, true);
  }

  /** Sends the finals of everything received, then closes. Resolves when closed. */
  async finish(reason: ClosedReason): Promise<void> {
    if (this.#state !== 'active') return;
    this.#state = 'closing';
    const hearing = this.#hearing;
    try {
      if (hearing) {
        this.#pushHops(hearing, hearing.intake.flush(this.#parts.clock.nowMs()));
        hearing.pace.release();
        hearing.vad.forceEnd('flush');
        await hearing.vad.drain();
        hearing.intake.settle('processed');
        await hearing.tracker.drain();
      }
    } catch (error) {
      this.#fail(error);
    }
    this.#close(reason);
  }

  /** Closes at once, without finals. Idempotent. */
  abort(reason: ClosedReason): void {
    this.#close(reason);
  }

  /** Closes at once: the client is gone. Idempotent. */
  disconnected(): void {
    this.#close('error', 'disconnected');
  }

  #pushHops({ pace, arrivals, vad }: Hearing, hops: readonly Hop[]): void {
    for (const hop of hops) {
      pace.pass(hop.samples.length, () => {
        // Held audio counts as received only now: latencies do not include a wait that its sender caused.
        arrivals.note(hop.startSample, this.#parts.clock.nowMs());
        vad.push(hop);
      });
    }
  }

  get #pendingCommands(): number {
    return this.#hearing ? this.#hearing.pace.waitingCommands + this.#hearing.vad.pendingCommands : 0;
  }

  readonly #commit = (): void => this.#hearing?.vad.forceEnd('commit');
  readonly #flush = (): void => this.#hearing?.vad.forceEnd('flush');

  #configure(command: ClientCommand & { type: 'session.configure' }): void {
    const wanted = applyConfigChange(this.#config, command);
    const unknownLanguage = languageProblem(this.#engine, wanted.language);
    if (unknownLanguage !== undefined) {
      this.reject('validation_error', unknownLanguage);
      return;
    }
    if (wanted.preprocessing.denoise) {
      this.reject('validation_error', 'preprocessing.denoise: there is no noise suppression in this version');
      return;
    }
    const config = this.#withinReach(wanted);
    this.#hearing?.intake.setInputSampleRate(config.input_sample_rate);
    this.#config = config;
    if ((command.hot_words ?? command.hot_word_boost ?? null) !== null) {
      const { phrases, boost } = this.#hotWords;
      this.#hotWords = hotWordsOf(command.hot_words ?? phrases, command.hot_word_boost ?? boost);
    }
    const hearing = this.#hearing;
    const settings = this.#recognitionSettings();
    // The new settings take effect behind the audio that came before this command.
    hearing?.pace.follow(() =>
      hearing.vad.configure(detectorOptions(config), () => hearing.tracker.configure(settings)),
    );
    this.#send({ type: 'session.updated', config });
  }

  /** Limits segments to the longest utterance that the engine takes. */
  #withinReach(config: SessionConfig): SessionConfig {
    const longestMs = (this.#engine.traits.longestUtteranceSamples * 1000) / sampleRateHz;
    return { ...config, max_segment_duration_ms: Math.min(config.max_segment_duration_ms, longestMs) };
  }

  #recognitionSettings(): RecognitionSettings {
    return {
      language: this.#config.language,
      enablePartials: this.#config.enable_partial_transcripts,
      enableItn: this.#config.enable_itn,
      hotWords: this.#hotWords,
    };
  }

  #startHearing(): Hearing {
    const parts = this.#parts;
    const timeline = new AudioTimeline();
    const arrivals = new ArrivalTimes();
    const send = (event: ServerEvent): void => this.#send(event);
    const tracker = new UtteranceTracker(
      { ...parts, engine: this.#engine, sessionId: this.id, log: parts.log.child({ sessionId: this.id }) },
      this.#recognitionSettings(),
      timeline,
      arrivals,
      send,
    );
    const inputSampleRate = this.#config.input_sample_rate;
    const intake = new AudioIntake(
      parts.createPreprocessor(inputSampleRate),
      timeline,
      parts.metrics,
      { inputSampleRate, maxBacklogMs: parts.maxBacklogMs },
      send,
    );
    const vad = new VadStream(
      parts.classifier,
      detectorOptions(this.#config),
      {
        onDecision: (hop, events) => {
          intake.noteProcessed(hop.samples.length);
          tracker.onDecision(hop, events);
        },
        onForced: (events, reason) => tracker.onForced(events, reason),
        onError: (error) => this.#fail(error),
      },
      parts.metrics.vad,
    );
    const stallWatch = new StallWatch({
      clock: parts.clock,
      wheel: parts.wheel,
      patienceMs: () => this.#config.silence_timeout_ms,
      onStall: () => this.#endStretch(),
    });
    const reader = new SampleReader();
    return { reader, intake, pace: new AudioPace(parts.clock), vad, tracker, arrivals, stallWatch };
  }

  /** Audio has stopped coming: ends an open utterance. Later audio starts a new one. */
  #endStretch(): void {
    if (this.#state !== 'active' || !this.#hearing) return;
    try {
      this.#pushHops(this.#hearing, this.#hearing.intake.flush(this.#parts.clock.nowMs()));
      this.#hearing.pace.follow(this.#flush);
    } catch (error) {
      this.#fail(error);
    }
  }

  /** The session itself cannot go on. */
  #fail(cause: unknown): void {
    if (this.#state === 'closed') return;
    const message = messageOf(cause);
    this.#parts.log.warn({ sessionId: this.id, err: cause }, 'session failed');
    this.#sendError('internal_error', message, false);
    this.#close('error');
  }

  #sendError(code: ErrorCode, message: string, recoverable: boolean): void {
    this.#parts.log.debug({ sessionId: this.id, code, reason: message }, 'client told of an error');
    this.#send({ type: 'error', code, message, recoverable, resume_segment_id: null });
  }

  #send(event: ServerEvent): void {
    if (this.#state !== 'closed') this.#sink.send(event);
  }

  /** Every session ends here: sends `session.closed`, frees everything, closes the connection. */
  #close(reason: ClosedReason, loggedAs: string = reason): void {
    if (this.#state === 'closed') return;
    // Set first: sending `session.closed` may itself end the socket, which calls this method again.
    this.#state = 'closed';
    const hearing = this.#hearing;
    const durationMs = Math.round(hearing?.intake.receivedMs ?? 0);
    const segments = hearing?.tracker.finals ?? 0;
    this.#sink.send({
      type: 'session.closed',
      reason,
      total_duration_ms: durationMs,
      segments_transcribed: segments,
    });
    hearing?.pace.close();
    hearing?.stallWatch.close();
    hearing?.tracker.close();
    hearing?.vad.close();
    hearing?.intake.settle('dropped');
    this.#parts.metrics.closed((this.#parts.clock.nowMs() - this.#openedAtMs) / 1000);
    const summary = { sessionId: this.id, reason: loggedAs, audioMs: durationMs, segments };
    this.#parts.log.info(summary, 'session closed');
    this.#sink.close(closeCodes.normal, reason);
  }
}

function detectorOptions(config: SessionConfig): DetectorOptions {
  return {
    sensitivity: config.vad_sensitivity,
    minSpeechMs: config.vad_min_speech_ms,
    silenceTimeoutMs: config.silence_timeout_ms,
    maxSegmentDurationMs: config.max_segment_duration_ms,
  };
}
