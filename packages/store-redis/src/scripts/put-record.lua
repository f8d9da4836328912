--[[
Writes a record of the engine's own, where it stands at the version that the writer knew.

KEYS[1]  the meta hash of what belongs to no partition; every other key begins with the same prefix, and lies in the same slot
ARGV[1]  the store's id
ARGV[2]  the record's kind
ARGV[3]  its id
ARGV[4]  the version that it must stand at; 0 where there must be none, or one that has expired
ARGV[5]  its value, as JSON
ARGV[6]  when it expires, in milliseconds
ARGV[7]  the time, in milliseconds

Returns  1; 0 where it stands at another version

Guarantees: of several that write at once, one does.
]]
local call = redis.call
local prefix = string.sub(KEYS[1], 1, -5)
if call('HGET', KEYS[1], 'store') ~= ARGV[1] then return redis.error_reply('WRONGSTORE Redis holds another store, or none') end
local kind, id, expected, value, expires, now = ARGV[2], ARGV[3], tonumber(ARGV[4]), ARGV[5], ARGV[6], tonumber(ARGV[7])
local key = prefix .. 'rec:' .. kind .. ':' .. id
local known = call('HMGET', key, 'v', 'x')
local version = known[1] and tonumber(known[2]) > now and tonumber(known[1]) or 0
if version ~= expected then return 0 end
call('HSET', key, 'v', version + 1, 'x', expires, 'd', value)
call('ZADD', prefix .. 'recIds:' .. kind, 0, id)
call('ZADD', prefix .. 'recExpiry', expires, kind .. ':' .. id)
return 1
