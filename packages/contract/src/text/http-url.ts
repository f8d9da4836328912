import Type from 'typebox'

/** Where something answers over HTTP. `http-url` is our own format, checked by whoever validates (packages/host). */
export const HttpUrl = Type.String({
  format: 'http-url',
  maxLength: 2083,
  description: 'An http or https URL',
  examples: ['http://127.0.0.1:8080/'],
})
