--- Keys for ghost text and next edits; where neither shows, each does what it did before.
local M = {}

M.DEFAULT = {
  accept = "<Tab>",
  accept_word = "<M-Right>",
  next = "<M-]>",
  dismiss = "<C-]>",
  next_edit = "<Tab>",
  dismiss_next_edit = "<Esc>",
}

--- The functions whose keys are mapped in normal mode; all others are mapped in insert mode.
M.MODES = { next_edit = "n", apply_next_edit = "n", dismiss_next_edit = "n" }

--- Each key that is mapped here, and the global mapping that the key had before.
---@class fim_lsp.Mapping
---@field mode string
---@field key string in Vim's notation
---@field name string of a function in `require("fim_lsp")`
---@field description string by which the mapping is known again
---@field earlier? table as `maparg` returns it
---@field copy string the key under which `earlier` is still mapped

M.mapped = {} ---@type fim_lsp.Mapping[]

--- Whether the function `name` has something to act on. It must not change anything: it
--- is called while Neovim looks up a mapping.
local function has_something(name)
  local ghost, next_edit = require("fim_lsp.ghost"), require("fim_lsp.next_edit")
  if M.MODES[name] then
    return next_edit.is_shown()
  elseif name == "accept" then
    return ghost.is_shown() or next_edit.is_shown()
  elseif type(ghost[name]) == "function" then
    return ghost.is_shown()
  end
  return true
end

--- The global mapping of `key`. A mapping of one buffer goes before it and stays there.
local function global_mapping(mode, key)
  local found, raw = vim.fn.maparg(key, mode, false, true), vim.keycode(key)
  if found.buffer ~= 1 then
    return found.lhs and found
  end
  for _, mapping in ipairs(vim.api.nvim_get_keymap(mode)) do
    if mapping.lhsraw == raw or mapping.lhsrawalt == raw then
      return mapping
    end
  end
end

--- The right-hand side of a mapping in Neovim's internal notation.
local function internal(rhs, sid)
  if rhs:lower() == "<nop>" then
    return ""
  end
  local global = rhs:gsub("<[Ss][Ii][Dd]>", ("<SNR>%d_"):format(sid))
  return vim.api.nvim_replace_termcodes(global, true, true, true)
end

--- What `earlier`, a mapping whose result may be mapped again, types now.
--- Nil where only its copy can do what it does.
local function typed_by(earlier)
  if earlier.noremap == 1 or earlier.script == 1 then
    return nil
  elseif earlier.expr ~= 1 then
    return earlier.rhs and internal(earlier.rhs, earlier.sid)
  end
  local is_fine, keys
  if earlier.callback then
    is_fine, keys = pcall(earlier.callback)
  else
    is_fine, keys = pcall(vim.api.nvim_eval, internal(earlier.rhs, earlier.sid))
  end
  if not is_fine then
    return nil
  end
  if type(keys) ~= "string" then
    keys = type(keys) == "number" and not earlier.callback and tostring(keys) or ""
  end
  return earlier.replace_keycodes == 1 and vim.keycode(keys) or keys
end

--- What the key does where there is nothing to act on, as keys to type in its place.
--- A key that types itself is not mapped again, as in any mapping, and expands abbreviations.
---@param mapping fim_lsp.Mapping
local function otherwise(mapping)
  if mapping.earlier then
    return typed_by(mapping.earlier) or vim.keycode(mapping.copy)
  end
  -- An Alt key that nothing maps is Escape and the key, but only if it is typed.
  local alt = mapping.mode == "i" and mapping.key:match("^<[MmAa]%-(.+)>$")
  if not alt then
    return vim.keycode(mapping.key)
  end
  return vim.keycode("<Esc>" .. (#alt == 1 and alt or "<" .. alt .. ">"))
end

--- Runs the function `name`; the mappings do so by a `<Cmd>`, for no mapping may change
--- text while it is looked up.
function M.run(name)
  require("fim_lsp")[name]()
end

--- Maps `key` to the function `name` of `require("fim_lsp")`.
---@param name string
---@param key string in Vim's notation
function M.map(name, key)
  local mode = M.MODES[name] or "i"
  local known
  M.mapped = vim.tbl_filter(function(mapping)
    local is_same = mapping.mode == mode and mapping.key == key
    known = is_same and mapping or known
    return not is_same
  end, M.mapped)
  local mapping = { mode = mode, key = key, name = name, description = "fim-lsp: " .. name }
  mapping.copy = ("<Plug>(fim-lsp-%s-%s)"):format(mode, key:gsub("[<>]", ""))
  mapping.earlier = global_mapping(mode, key)
  if known and mapping.earlier and mapping.earlier.desc == known.description then
    mapping.earlier = known.earlier
  elseif mapping.earlier then
    local raw = vim.keycode(mapping.copy)
    local copy = vim.tbl_extend("force", mapping.earlier, { lhs = mapping.copy, lhsraw = raw, buffer = 0 })
    copy.lhsrawalt = nil
    vim.fn.mapset(mode, false, copy)
  end
  table.insert(M.mapped, mapping)
  local run = vim.keycode(("<Cmd>lua require('fim_lsp.keys').run('%s')<CR>"):format(name))
  vim.keymap.set(mode, key, function()
    return has_something(name) and run or otherwise(mapping)
  end, { expr = true, remap = true, replace_keycodes = false, desc = mapping.description })
end

--- Keys that were mapped here and that something else has taken since, here or in this buffer.
---@return fim_lsp.Mapping[]
function M.lost()
  return vim.tbl_filter(function(mapping)
    return vim.fn.maparg(mapping.key, mapping.mode, false, true).desc ~= mapping.description
  end, M.mapped)
end

return M
