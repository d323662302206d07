--- `:FimLsp NAME`: the server's reports and actions, and what the plugin does itself.
local fim = require("fim_lsp")

local ACTIONS = { "fix", "edit", "explain", "document", "tests", "types", "simplify", "optimise", "comment" }
local REPORTS = { "why", "usage", "balance", "models", "doctor", "allowFile", "continueToday", "clearCache" }

--- `:'<,'>FimLsp act ID [INSTRUCTION]`; without a range the cursor's line.
local function act(call)
  local _, id, instruction = unpack(call.fargs, 1, 3)
  instruction = instruction and table.concat(call.fargs, " ", 3)
  local last = vim.api.nvim_buf_get_lines(0, call.line2 - 1, call.line2, true)[1]
  local client = fim.client(0)
  local wide = client and client.offset_encoding == "utf-16"
  local function send(text)
    fim.command("act", { {
      action = id, uri = vim.uri_from_bufnr(0), instruction = text,
      range = {
        start = { line = call.line1 - 1, character = 0 },
        ["end"] = { line = call.line2 - 1, character = wide and vim.fn.strutf16len(last) or #last },
      },
    } })
  end
  if id == "edit" and not instruction then
    return vim.ui.input({ prompt = "Instruction: " }, function(text)
      return text and send(text)
    end)
  end
  send(instruction)
end

local LOCAL = {
  act = act,
  toggle = fim.toggle,
  restart = fim.restart,
  status = function() vim.notify(fim.status()) end,
  log = function() vim.cmd.tabedit(vim.lsp.log and vim.lsp.log.get_filename() or vim.lsp.get_log_path()) end,
}

local M = {}

function M.run(call)
  local name = call.fargs[1] or "why"
  if LOCAL[name] then
    return LOCAL[name](call)
  end
  fim.command(name, vim.list_slice(call.fargs, 2), function(result)
    return type(result) == "string" and vim.notify(result)
  end)
end

function M.complete(lead, line)
  local names = line:match("FimLsp%s+act%s") and ACTIONS or vim.list_extend(vim.tbl_keys(LOCAL), REPORTS)
  return vim.tbl_filter(function(name) return vim.startswith(name, lead) end, names)
end

return M
