/**
 * Run once in a new Lua state: turns Lua 5.3's libraries into the ones that scripts see in Redis (Lua 5.1), read-only,
 * and returns the scripts' environment, the table of real globals (for KEYS and ARGV), and the error handler.
 * `redis`, `cjson`, `bit` and `native` were set as globals before.
 */
export const PRELUDE = `
local native, getinfo, real_rawset, real_load = native, debug.getinfo, rawset, load
local type, tostring, error, setmetatable, tonumber = type, tostring, error, setmetatable, tonumber
local next, unpack, select = next, table.unpack, select

local function pick(source, names)
  local picked = {}
  for name in names:gmatch('%S+') do picked[name] = source[name] end
  return picked
end

local globals = pick(_G, 'assert collectgarbage error getmetatable ipairs next pairs pcall rawequal rawget select setmetatable tonumber tostring type xpcall _VERSION')
globals._VERSION = 'Lua 5.1'

local table_lib = pick(table, 'concat insert remove sort')
function table_lib.getn(t) return #t end
function table_lib.maxn(t)
  local largest = 0
  for key in next, t do if type(key) == 'number' and key > largest then largest = key end end
  return largest
end
function table_lib.foreach(t, f)
  for key, value in next, t do local result = f(key, value) if result ~= nil then return result end end
end
globals.unpack = unpack

local math_lib = pick(math, 'abs acos asin atan ceil cos deg exp floor fmod huge log max min modf pi rad sin sqrt tan')
math_lib.pow = function(x, y) return x ^ y end
math_lib.log10 = function(x) return math.log(x, 10) end
math_lib.atan2 = math.atan
math_lib.random = native.random
math_lib.randomseed = native.randomseed

local string_lib = pick(string, 'byte char find gmatch gsub len lower match rep reverse sub upper')
string_lib.gfind = string.gmatch
local format = string.format
-- %d and its kin take any number in 5.1 and drop its fraction.
string_lib.format = function(pattern, ...)
  local values, position = {...}, 0
  pattern = pattern:gsub('%%([-+ #0-9.]*)(.)', function(flags, kind)
    if kind == '%' then return nil end
    position = position + 1
    local number = ('diuoxXc'):find(kind, 1, true) and tonumber(values[position])
    if not number then return nil end
    values[position] = native.truncate(number)
    -- The Lua below has integers of 32 bits; a double without decimals prints the larger ones.
    if ('diu'):find(kind, 1, true) then return '%' .. flags .. '.0f' end
  end)
  return format(pattern, unpack(values, 1, select('#', ...)))
end

local function readonly(contents)
  return setmetatable({}, {
    __index = contents,
    __newindex = function() error('Attempt to modify a readonly table', 2) end,
    __metatable = false,
  })
end

globals.table, globals.math, globals.string = readonly(table_lib), readonly(math_lib), readonly(string_lib)
globals.redis, globals.cjson, globals.bit = readonly(redis), readonly(cjson), readonly(bit)
globals.coroutine = readonly(pick(coroutine, 'create resume running status wrap yield'))

local strings = getmetatable('')
strings.__index, strings.__metatable = string_lib, false

local environment = readonly(globals)
globals._G = environment
setmetatable(globals, { __index = function(_, name)
  error("Script attempted to access nonexistent global variable '" .. tostring(name) .. "'", 2)
end })

globals.rawset = function(target, key, value)
  if getmetatable(target) == false then error('Attempt to modify a readonly table', 0) end
  return real_rawset(target, key, value)
end
globals.setmetatable = function(target, metatable)
  if getmetatable(target) == false then error('Attempt to modify a readonly table', 0) end
  return setmetatable(target, metatable)
end
local function caught(ok, err, ...)
  if not ok and type(err) == 'table' and err.err then return ok, err.err end
  return ok, err, ...
end
globals.pcall = function(...) return caught(pcall(...)) end
globals.load = function(chunk, name) return real_load(chunk, name, 't', environment) end
globals.loadstring = globals.load

local function handler(err)
  local level, info = 2, getinfo(2, 'Sl')
  while info and info.source ~= '@user_script' do
    level = level + 1
    info = getinfo(level, 'Sl')
  end
  if type(err) ~= 'table' then err = { err = 'ERR ' .. tostring(err) } end
  if info then err.source, err.line = info.source, info.currentline end
  return err
end

return environment, globals, handler
`;
