import type { HttpResponse } from 'uWebSockets.js';

const statusLines = {
  200: '200 OK',
  401: '401 Unauthorized',
  404: '404 Not Found',
  500: '500 Internal Server Error',
  503: '503 Service Unavailable',
} as const;

export type HttpStatus = keyof typeof statusLines;

/** Ends a response, unless its client has gone. */
export function respond(response: HttpResponse, status: HttpStatus, contentType: string, body: string): void {
  response.cork(() => {
    response.writeStatus(statusLines[status]).writeHeader('Content-Type', contentType);
    if (status === 401) response.writeHeader('WWW-Authenticate', 'Bearer');
    response.end(body);
  });
}

export function respondJson(response: HttpResponse, status: HttpStatus, body: unknown): void {
  respond(response, status, 'application/json', JSON.stringify(body));
}

/** An error in OpenAI's shape. */
export function respondError(
  response: HttpResponse,
  status: HttpStatus,
  message: string,
  code: string,
): void {
  const type = status >= 500 ? 'server_error' : 'invalid_request_error';
  respondJson(response, status, { error: { message, type, param: null, code } });
}
