import { describe, expect, it } from 'vitest';
import { type Opened, openTogether } from '#theo/opened.js';

const names = ['first', 'second', 'third'];

/** Opens three things, of which one may fail to open and one to close. */
function openThree(closed: string[], fails: { readonly open?: string; readonly close?: string } = {}) {
  return openTogether(async (opened: Opened) => {
    for (const name of names) {
      await Promise.resolve();
      if (fails.open === name) throw new Error(`${name} does not open`);
      opened.add(async () => {
        await Promise.resolve();
        closed.push(name);
        if (fails.close === name) throw new Error(`${name} does not close`);
      });
    }
    return opened;
  });
}

describe('what was opened together', () => {
  it.each(names.map((name, index) => [name, names.slice(0, index).toReversed()] as const))(
    'is closed, the last first, when a step fails: the %s',
    async (open, expected) => {
      const closed: string[] = [];
      await expect(openThree(closed, { open })).rejects.toThrow(`${open} does not open`);
      expect(closed).toEqual(expected);
    },
  );

  it('stays open when no step fails, and is closed once', async () => {
    const closed: string[] = [];
    const opened = await openThree(closed);
    expect(closed).toEqual([]);
    await Promise.all([opened.close(), opened.close()]);
    expect(closed).toEqual(['third', 'second', 'first']);
  });

  it('is closed although one of it fails to close, which is told', async () => {
    const closed: string[] = [];
    const opened = await openThree(closed, { close: 'second' });
    await expect(opened.close()).rejects.toThrow('second does not close');
    expect(closed).toEqual(['third', 'second', 'first']);
  });

  it('tells why it could not be opened, also when it fails to close', async () => {
    const closed: string[] = [];
    const opening = openThree(closed, { open: 'third', close: 'first' });
    await expect(opening).rejects.toThrow('third does not open');
    expect(closed).toEqual(['second', 'first']);
  });
});
