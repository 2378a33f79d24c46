import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createTextPipeline, ENTITY_KINDS, type EntityKind } from '#theo/text/index.js';

const pipeline = createTextPipeline((_stage, error) => {
  throw error;
});

function format(text: string, language: string, entities: boolean | readonly EntityKind[]): string {
  return pipeline.apply({ text, isFinal: true }, { language, entities, enableItn: false });
}

describe('entities', () => {
  it.each([
    ['pt', 'meu cpf é 52998224725', 'meu cpf é 529.982.247-25'],
    ['pt', 'cpf 529 982 247 25.', 'cpf 529.982.247-25.'],
    ['pt', 'o cnpj é 11222333000181', 'o cnpj é 11.222.333/0001-81'],
    ['pt', 'o cep é 01310100', 'o cep é 01310-100'],
    ['pt', 'meu celular é 11987654321', 'meu celular é (11) 98765-4321'],
    ['pt', 'o telefone é 1133334444', 'o telefone é (11) 3333-4444'],
    ['pt', 'cartão 4111111111111111', 'cartão 4111 1111 1111 1111'],
    ['en', 'card 378282246310005', 'card 3782 822463 10005'],
    ['en', 'my phone is 2125550199', 'my phone is 212-555-0199'],
    ['es', 'mi móvil es 612345678', 'mi móvil es 612-345-678'],
  ])('%s: %s', (language, plain, formatted) => {
    expect(format(plain, language, true)).toBe(formatted);
    expect(format(formatted, language, true)).toBe(formatted);
  });

  it.each([
    ['wrong check digits', 'meu cpf é 52998224726'],
    ['the same digit all over', 'meu cpf é 11111111111'],
    ['a company number with wrong check digits', 'o cnpj é 11222333000180'],
    ['a card that fails the Luhn check', 'cartão 4111111111111112'],
    ['a postal code without its name', 'são 01310100 itens'],
    ['an area code that does not exist', 'meu celular é 00987654321'],
    ['part of a longer number', 'número 529982247250000000000000000'],
    ['a decimal', 'valor 52998224725,10'],
    ['money', 'R$ 52998224725'],
  ])('leaves %s', (_name, text) => {
    expect(format(text, 'pt', true)).toBe(text);
  });

  it('is off by default and can be limited to some kinds', () => {
    expect(format('cpf 52998224725', 'pt', false)).toBe('cpf 52998224725');
    expect(format('cpf 52998224725', 'pt', ['card'])).toBe('cpf 52998224725');
    expect(format('cpf 52998224725', 'pt', ['cpf'])).toBe('cpf 529.982.247-25');
    expect(format('cpf 52998224725', 'en', true)).toBe('cpf 52998224725');
  });

  it('never throws and changes nothing but separators', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'0123456789 .-cpfe'), maxLength: 60 }), (text) => {
        const digits = (value: string): string => value.replace(/\D/g, '');
        for (const language of ['pt', 'en', 'es', 'xx']) {
          expect(digits(format(text, language, ENTITY_KINDS))).toBe(digits(text));
        }
      }),
    );
  });
});
