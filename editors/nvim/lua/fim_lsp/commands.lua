--- `:FimLsp NAME`: the reports and actions of the server, and functions of the plugin.
local diagnostics = require("fim_lsp.diagnostics")
local fim = require("fim_lsp")
local messages = require("fim_lsp.messages")
local report = require("fim_lsp.report")
local say = messages.say

--- The ids of the chat actions, as the server knows them.
local ACTIONS = { "fix", "comment", "edit", "explain", "document", "tests", "types", "simplify", "optimise" }
--- The server's commands that answer with a report or a sentence.
local REPORTS = { "why", "usage", "balance", "models", "doctor", "allowFile", "continueToday", "clearCache" }
--- The reports that are about one file.
local ABOUT_FILE = { why = true, allowFile = true }

--- The given lines; without a range the cursor's place, around which the server finds code.
local function range_of(call, encoding)
  if call.range == 0 then
    local row, column = unpack(vim.api.nvim_win_get_cursor(0))
    local cursor = diagnostics.position(0, row - 1, column, encoding)
    return { start = cursor, ["end"] = cursor }
  end
  return {
    start = { line = call.line1 - 1, character = 0 },
    ["end"] = diagnostics.position(0, call.line2 - 1, math.huge, encoding),
  }
end

--- `:'<,'>FimLsp act ID [INSTRUCTION]`
local function act(call)
  local _, id, instruction = unpack(call.fargs, 1, 3)
  if not id then
    return say("name an action: " .. table.concat(ACTIONS, ", "), vim.log.levels.WARN)
  end
  local client = fim.client(0)
  if vim.api.nvim_buf_get_name(0) == "" or not client then
    local why = client and "the buffer has no name; save it first" or "no server is attached to this buffer"
    return say(why, vim.log.levels.WARN)
  end
  local encoding = client.offset_encoding
  local argument = { action = id, uri = vim.uri_from_bufnr(0), range = range_of(call, encoding) }
  local first, last = argument.range.start.line, argument.range["end"].line
  argument.diagnostics = diagnostics.between(0, first, last, encoding)
  argument.instruction = instruction and table.concat(call.fargs, " ", 3)
  if id ~= "edit" or instruction then
    return fim.command("act", { argument })
  end
  vim.ui.input({ prompt = "Instruction: " }, function(text)
    argument.instruction = text
    return text and fim.command("act", { argument })
  end)
end

local function select_model(call)
  if call.fargs[2] then
    return fim.command("selectModel", { call.fargs[2] }, function(answer)
      return say(answer.message)
    end)
  end
  fim.command("models", {}, function(answer)
    vim.ui.select(answer.models, { prompt = "Complete with: " }, function(model)
      return model and select_model({ fargs = { "selectModel", model } })
    end)
  end)
end

local LOCAL = {
  act = act,
  toggle = fim.toggle,
  nextEdit = function() require("fim_lsp.next_edit").ask() end,
  applyNextEdit = function(call) require("fim_lsp.next_edit").apply(call.fargs[2] == "all") end,
  dismissNextEdit = function() require("fim_lsp.next_edit").dismiss() end,
  restart = fim.restart,
  selectModel = select_model,
  snooze = function(call) fim.snooze(tonumber(call.fargs[2])) end,
  messages = function() report.open("# Messages\n\n- " .. table.concat(messages.all(), "\n- ")) end,
  status = function() say(fim.status()) end,
  log = function() vim.cmd.tabedit(vim.lsp.log and vim.lsp.log.get_filename() or vim.lsp.get_log_path()) end,
}

local M = {}

function M.run(call)
  local name = call.fargs[1] or "why"
  if LOCAL[name] then
    return LOCAL[name](call)
  end
  local about = ABOUT_FILE[name] and { { uri = vim.uri_from_bufnr(0) } } or vim.list_slice(call.fargs, 2)
  fim.command(name, about, function(answer)
    local markdown, sentence = report.words(name, answer)
    if markdown then
      report.open(markdown)
    elseif sentence then
      say(sentence)
    end
  end)
end

function M.complete(lead, line)
  local names = line:match("FimLsp%s+act%s") and ACTIONS or vim.list_extend(vim.tbl_keys(LOCAL), REPORTS)
  return vim.tbl_filter(function(name) return vim.startswith(name, lead) end, names)
end

return M
