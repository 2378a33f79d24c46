/** A typed client of `/v1/realtime`, for Node.js and browsers. */
export type { ClientCommand, SessionConfigure } from '../protocol/commands.ts';
export type { ErrorCode } from '../protocol/errors.ts';
export type * from '../protocol/events.ts';
export type { SessionConfig, SessionConfigChange } from '../protocol/session-config.ts';
export { type ConnectOptions, connect } from './connect.ts';
export { TheoClientError, type TheoClientErrorCode } from './errors.ts';
export { type ConfigureOptions, RealtimeSession } from './realtime-session.ts';
export type { WebSocketConstructor, WebSocketLike } from './web-socket.ts';
