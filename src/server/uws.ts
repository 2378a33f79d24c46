import type * as uws from 'uWebSockets.js';

declare module 'uWebSockets.js' {
  interface TemplatedApp {
    // Missing in the package's types, like the constant below.
    listen(
      host: string,
      port: number,
      options: number,
      onListening: (socket: uws.us_listen_socket | false) => void,
    ): TemplatedApp;
  }
}

/** The module. */
export type Uws = typeof uws & { readonly LIBUS_LISTEN_EXCLUSIVE_PORT: number };

/**
 * Loads uWebSockets.js, whose binaries are made for certain Node versions.
 * @throws Error that says what to install instead.
 */
export async function loadUws(): Promise<Uws> {
  try {
    return (await import('uWebSockets.js')) as Uws;
  } catch (cause) {
    throw new Error(
      `uWebSockets.js has no binary for Node ${process.versions.node} on ${process.platform}-${process.arch}. ` +
        'Use Node 20 or 22, or override the dependency with a release for your version: ' +
        'npm install uWebSockets.js@github:uNetworking/uWebSockets.js#v20.60.0',
      { cause },
    );
  }
}
