--- The next edit: the old text struck through, the new text beside it.
local compat = require("fim_lsp.compat")
local ghost = require("fim_lsp.ghost")

local M = {}
local api = vim.api
local own = api.nvim_create_namespace("fim_lsp.next_edit")
local GHOSTS = {
  api.nvim_create_namespace("fim_lsp"),
  api.nvim_create_namespace("nvim.lsp.inline_completion"),
}

---@class fim_lsp.NextEdit the server's answer, and where it is drawn
---@field id string
---@field buf integer
---@field start integer[] row and byte column
---@field stop integer[] row and byte column
---@field old string
---@field new string
---@field remaining integer places of the same pattern

local shown ---@type fim_lsp.NextEdit?

local function clear()
  if shown and api.nvim_buf_is_valid(shown.buf) then
    api.nvim_buf_clear_namespace(shown.buf, own, 0, -1)
  end
end

--- Whether ghost text or a menu has the user's attention.
local function is_busy(buf)
  if vim.fn.pumvisible() == 1 then
    return true
  end
  return vim.iter(GHOSTS):any(function(space)
    return #api.nvim_buf_get_extmarks(buf, space, 0, -1, { limit = 1 }) > 0
  end)
end

local function text_of(edit)
  local ok, lines = pcall(api.nvim_buf_get_text, edit.buf, edit.start[1], edit.start[2], edit.stop[1], edit.stop[2], {})
  return ok and table.concat(lines, "\n") or nil
end

local function draw()
  clear()
  if not shown or not api.nvim_buf_is_loaded(shown.buf) then
    return
  end
  if text_of(shown) ~= shown.old then
    shown = nil
    return
  end
  if is_busy(shown.buf) then
    return
  end
  local row, column = unpack(shown.start)
  if shown.old ~= "" then
    api.nvim_buf_set_extmark(shown.buf, own, row, column, {
      end_row = shown.stop[1],
      end_col = shown.stop[2],
      hl_group = "FimLspOldText",
    })
  end
  local lines = vim.split(shown.new, "\n", { plain = true })
  local below = vim.tbl_map(function(line)
    return { { line, "FimLspNewText" } }
  end, vim.list_slice(lines, 2))
  local more = shown.remaining > 1 and { { (" (%d)"):format(shown.remaining), "NonText" } } or {}
  api.nvim_buf_set_extmark(shown.buf, own, shown.stop[1], shown.stop[2], {
    virt_text = vim.list_extend({ { lines[1], "FimLspNewText" } }, more),
    virt_text_pos = "inline",
    virt_lines = #below > 0 and below or nil,
  })
end

local function highlights()
  api.nvim_set_hl(0, "FimLspOldText", { default = true, strikethrough = true, fg = "#a05050", ctermfg = "Red" })
  api.nvim_set_hl(0, "FimLspNewText", { default = true, link = "DiffAdd" })
end

local function place_of(buf, position, encoding)
  local line = api.nvim_buf_get_lines(buf, position.line, position.line + 1, false)[1] or ""
  return { position.line, compat.byte_of(line, position.character, encoding) }
end

--- The handler of `fim-lsp/nextEdit`: another edit, or none.
function M.on_next_edit(_, edit, context)
  clear()
  shown = nil
  if not edit or edit == vim.NIL then
    return
  end
  local client = vim.lsp.get_client_by_id(context.client_id)
  local buf = vim.uri_to_bufnr(edit.uri)
  if not client or not api.nvim_buf_is_loaded(buf) then
    return
  end
  shown = {
    id = edit.id,
    buf = buf,
    start = place_of(buf, edit.range.start, client.offset_encoding),
    stop = place_of(buf, edit.range["end"], client.offset_encoding),
    old = edit.oldText,
    new = edit.newText,
    remaining = edit.remaining,
  }
  draw()
end

function M.attach(_, buf)
  highlights()
  local group = api.nvim_create_augroup("fim_lsp_next_edit_" .. buf, {})
  local events = { "TextChanged", "TextChangedI", "TextChangedP", "CursorMovedI", "CompleteDone", "InsertLeave" }
  api.nvim_create_autocmd(events, { group = group, buffer = buf, callback = draw })
end

--- Whether an edit is drawn in this buffer.
function M.is_shown()
  local buf = api.nvim_get_current_buf()
  return shown ~= nil and shown.buf == buf and #api.nvim_buf_get_extmarks(buf, own, 0, -1, { limit = 1 }) > 0
end

local function run(name, argument)
  return require("fim_lsp.server").command(name, { argument })
end

--- Jumps to the edit, or applies it if the cursor is on its line already.
---@return boolean whether there was one
function M.go()
  if not M.is_shown() then
    return false
  end
  local row = api.nvim_win_get_cursor(0)[1] - 1
  if row ~= shown.start[1] then
    vim.cmd("normal! m'")
    api.nvim_win_set_cursor(0, { shown.start[1] + 1, shown.start[2] })
    return true
  end
  return M.apply()
end

---@param all? boolean all places of the same pattern, as one undo step
---@return boolean whether there was one
function M.apply(all)
  if not M.is_shown() then
    return false
  end
  -- The edit is an undo step of its own, also in the middle of typing.
  vim.cmd("let &g:undolevels = &g:undolevels")
  return run("applyNextEdit", { id = shown.id, all = all or false })
end

--- Dismisses the edit; edits of this kind are not shown again.
---@return boolean whether there was one
function M.dismiss()
  if not M.is_shown() then
    return false
  end
  return run("dismissNextEdit", { id = shown.id })
end

--- Asks for the next edit, and moves there.
function M.ask()
  if M.go() then
    return true
  end
  return run("nextEdit", { uri = vim.uri_from_bufnr(0) })
end

return M
