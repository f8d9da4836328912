import { expect, it } from 'vitest'
import { fieldsOf, inputOf } from '../../page/input-form/input-fields.ts'

const SCHEMA = {
  type: 'object',
  required: ['to', 'copies'],
  properties: {
    to: { type: 'string', title: 'Recipient' },
    copies: { type: 'integer', default: 1 },
    weight: { type: 'number' },
    urgent: { type: 'boolean' },
    size: { enum: ['small', 2] },
    text: { type: 'string', maxLength: 5_000 },
    tags: { type: 'array', items: { type: 'string' } },
  },
}
const typedIn = (typed: Record<string, string>) => inputOf(fieldsOf(SCHEMA) ?? [], new Map(Object.entries(typed)))

it('each property is a field of its kind, what no field can show is typed as JSON', () => {
  expect(fieldsOf(SCHEMA)?.map(({ name, kind }) => [name, kind])).toEqual([
    ['to', 'text'],
    ['copies', 'integer'],
    ['weight', 'number'],
    ['urgent', 'flag'],
    ['size', 'choice'],
    ['text', 'long-text'],
    ['tags', 'json'],
  ])
  expect(fieldsOf(SCHEMA)?.slice(0, 2)).toMatchObject([
    { title: 'Recipient', isRequired: true, first: '' },
    { title: 'copies', isRequired: true, first: '1' },
  ])
})

it('what is no object with properties has no form', () => {
  for (const schema of [
    undefined,
    true,
    {},
    { type: 'array' },
    { properties: {} },
    { type: 'string', properties: { a: {} } },
  ]) {
    expect(fieldsOf(schema)).toBeNull()
  }
})

it('what is typed is read as what the schema says, and what is left empty is left out', () => {
  expect(typedIn({ to: 'Ada', weight: '1.5', urgent: 'true', size: '2', tags: '["a"]' })).toEqual({
    value: { to: 'Ada', copies: 1, weight: 1.5, urgent: true, size: 2, tags: ['a'] },
  })
  expect(typedIn({ to: '12', size: '"small"' })).toEqual({ value: { to: '12', copies: 1, size: 'small' } })
})

it('what cannot be read is named where it stands', () => {
  const read = typedIn({ copies: '1.5', weight: 'much', tags: 'a, b' })
  expect('problems' in read && [...read.problems.keys()]).toEqual(['copies', 'weight', 'tags'])
  expect('problems' in typedIn({ copies: '' })).toBe(true)
})
