--- Keys for ghost text and next edits; without any, they do what they did before.
local M = {}

M.DEFAULT = {
  accept = "<Tab>",
  accept_word = "<M-Right>",
  next = "<M-]>",
  dismiss = "<C-]>",
  next_edit = "<Tab>",
  dismiss_next_edit = "<Esc>",
}

--- The keys for the next edit are mapped in normal mode.
M.MODES = { next_edit = "n", apply_next_edit = "n", dismiss_next_edit = "n" }

M.mapped = {} ---@type { mode: string, key: string, name: string }[]

--- Maps `key` to `run`, which returns whether there was something to act on.
---@param name string
---@param key string in Vim's notation
---@param run fun(): boolean
function M.map(name, key, run)
  local description = "fim-lsp: " .. name
  local mode = M.MODES[name] or "i"
  M.mapped = vim.tbl_filter(function(mapping)
    return mapping.mode ~= mode or mapping.key ~= key
  end, M.mapped)
  table.insert(M.mapped, { mode = mode, key = key, name = name })
  local earlier_key = ("<Plug>(fim-lsp-%s)"):format(name)
  local earlier = vim.fn.maparg(key, mode, false, true)
  if not vim.tbl_isempty(earlier) and earlier.desc ~= description then
    local lhs = vim.keycode(earlier_key)
    vim.fn.mapset(mode, false, vim.tbl_extend("force", earlier, { lhs = earlier_key, lhsraw = lhs, buffer = 0 }))
  end
  vim.keymap.set(mode, key, function()
    if run() then
      return
    end
    if vim.fn.maparg(earlier_key, mode) ~= "" then
      return vim.api.nvim_feedkeys(vim.keycode(earlier_key), "mit", false)
    elseif mode ~= "i" then
      return vim.api.nvim_feedkeys(vim.keycode(key), "nit", false)
    end
    -- "t": only a key that counts as typed is what it is without a mapping. An unmapped
    -- Alt-] leaves insert mode, for instance; fed in any other way it would insert "]".
    -- Ctrl-] because a key that is fed without mapping does not expand an abbreviation.
    vim.api.nvim_feedkeys(vim.keycode("<C-]>" .. key), "nit", false)
  end, { desc = description })
end

--- Keys that were mapped here and that something else has taken since, here or in this buffer.
---@return { mode: string, key: string, name: string }[]
function M.lost()
  return vim.tbl_filter(function(mapping)
    return vim.fn.maparg(mapping.key, mapping.mode, false, true).desc ~= "fim-lsp: " .. mapping.name
  end, M.mapped)
end

return M
