--[[
Stores a workflow: unchanged content keeps its revision, changed content gets the next.

KEYS[1]  the workflows' meta hash; every other key begins with the same prefix, and lies in the same slot
ARGV[1]  the store's id
ARGV[2]  the workflow's id
ARGV[3]  the hash of its content
ARGV[4]  the definition
ARGV[5]  the time, in milliseconds
ARGV[6]  "known" leaves a known id as it is; "match" asks for one of the hashes that follow, none of which means that it
         must not exist; else empty
ARGV[7…] hashes

Returns  "mismatch"; or the outcome, revision, hash, time of creation, time of change, definition

Guarantees: a definition stays as long as a workflow needs it.
]]
local call = redis.call
local prefix = string.sub(KEYS[1], 1, -5)
if call('HGET', KEYS[1], 'store') ~= ARGV[1] then return redis.error_reply('WRONGSTORE Redis holds another store, or none') end
local id, hash, text, now, mode = ARGV[2], ARGV[3], ARGV[4], ARGV[5], ARGV[6]
local key, definitions, uses = prefix .. 'f:' .. id, prefix .. 'defs', prefix .. 'defUses'
local known = call('HMGET', key, 'hash', 'revision', 'created', 'updated')

if mode == 'match' then
  local matches = not known[1] and #ARGV == 6
  for i = 7, #ARGV do matches = matches or ARGV[i] == known[1] end
  if not matches then return { 'mismatch' } end
end
if known[1] and (mode == 'known' or known[1] == hash) then
  return { 'unchanged', known[2], known[1], known[3], known[4], call('HGET', definitions, known[1]) }
end

if call('HINCRBY', uses, hash, 1) == 1 then call('HSET', definitions, hash, text) end
if known[1] and call('HINCRBY', uses, known[1], -1) <= 0 then
  call('HDEL', uses, known[1])
  call('HDEL', definitions, known[1])
end
local revision, created = tonumber(known[2] or 0) + 1, known[3] or now
call('HSET', key, 'hash', hash, 'revision', revision, 'created', created, 'updated', now)
call('ZADD', prefix .. 'ids', 0, id)
return { known[1] and 'updated' or 'created', tostring(revision), hash, created, now, call('HGET', definitions, hash) }
