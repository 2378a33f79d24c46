import { expect, test } from 'vitest';
import { joinHostPort, splitHostPort, unbracketed } from '#theo/host-port.js';

test.each([
  ['127.0.0.1', '127.0.0.1:80'],
  ['localhost', 'localhost:80'],
  ['::1', '[::1]:80'],
  ['[::1]', '[::1]:80'],
])('%s and a port are %s', (host, address) => {
  expect(joinHostPort(host, 80)).toBe(address);
  expect(splitHostPort(address)).toEqual([unbracketed(host), '80']);
});
