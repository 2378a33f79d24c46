// The package's public API. Clients, also in browsers, import 'theo-openvoice/client' instead.
export { ConfigError } from './config/errors.ts';
export { type ConfigSources, loadConfig } from './config/load.ts';
export type { ServerConfig } from './config/options.ts';
export { TheoError } from './errors.ts';
export { NativeLoadError } from './native.ts';
export { createLogger, type Logger, type LoggerOptions } from './observability/logger.ts';
export { startServer, type TheoServer } from './server/app.ts';
export { isItnLanguage, itnLanguages, type NormalizeOptions, normalize } from './text/index.ts';
export { version } from './version.ts';
