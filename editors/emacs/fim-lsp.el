;;; fim-lsp.el --- AI completion beside the other servers  -*- lexical-binding: t; -*-

;;; Commentary:

;; lsp-mode: fim-lsp starts beside the language's own server and shows ghost text.
;; eglot, which runs one server for a buffer: (fim-lsp-eglot '(python-mode) "pylsp")

;;; Code:

(defvar fim-lsp-command '("fim-lsp" "--stdio")
  "The server and its arguments; an absolute path where a dock starts Emacs.")

(defvar fim-lsp-settings nil
  "What stands under \"fim-lsp\" in the settings, as a property list.")

;; The ids of the chat actions, as the server knows them.
(defconst fim-lsp--actions
  '("fix" "comment" "edit" "explain" "document" "tests" "types" "simplify"
    "optimise"))

;; The server's commands that answer with a report or a sentence.
(defconst fim-lsp--reports
  '("why" "usage" "balance" "models" "doctor" "toggle" "allowFile"
    "continueToday" "clearCache"))

(declare-function lsp-register-client "lsp-mode")
(declare-function make-lsp-client "lsp-mode")
(declare-function lsp-stdio-connection "lsp-mode")
(declare-function lsp-find-workspace "lsp-mode")
(declare-function lsp-request-async "lsp-mode")
(declare-function lsp-cur-line-diagnostics "lsp-mode")
(declare-function lsp--buffer-uri "lsp-mode")
(declare-function lsp--region-to-range "lsp-mode")
(declare-function eglot-current-server "eglot")
(declare-function eglot--pos-to-lsp-position "eglot")
(declare-function eglot--TextDocumentIdentifier "eglot")
(declare-function flymake-diagnostics "flymake")
(declare-function flymake-diagnostic-beg "flymake")
(declare-function flymake-diagnostic-end "flymake")
(declare-function flymake-diagnostic-text "flymake")
(declare-function flymake-diagnostic-type "flymake")
(declare-function flycheck-overlay-errors-in "flycheck")
(declare-function flycheck-error-region-for-mode "flycheck")
(declare-function flycheck-error-checker "flycheck")
(declare-function flycheck-error-level "flycheck")
(declare-function flycheck-error-message "flycheck")
(declare-function jsonrpc-async-request "jsonrpc")
(declare-function jsonrpc-request "jsonrpc")
(declare-function lsp-request "lsp-mode")
(declare-function jsonrpc-connection-send "jsonrpc")
(defvar eglot-server-programs)
(defvar eglot-workspace-configuration)
(defvar lsp--cur-workspace)

(defun fim-lsp--touch (touch path)
  "Call TOUCH on PATH, after which Emacs need not ask whether to read PATH again.
lsp-mode visits a file that it is to create, and touches it only then."
  (let* ((buffer (find-buffer-visiting path))
         (is-current (and buffer (verify-visited-file-modtime buffer))))
    (funcall touch path)
    (when is-current
      (with-current-buffer buffer (set-visited-file-modtime)))))

(with-eval-after-load 'lsp-mode
  (advice-add 'f-touch :around #'fim-lsp--touch)
  (lsp-register-client
   (make-lsp-client
    :server-id 'fim-lsp
    :new-connection (lsp-stdio-connection (lambda () fim-lsp-command))
    :activation-fn (lambda (&rest _) (derived-mode-p 'prog-mode 'text-mode 'conf-mode))
    :add-on? t
    :priority -2
    :initialization-options (lambda () fim-lsp-settings))))

(with-eval-after-load 'eglot
  (setq-default eglot-workspace-configuration
                (append (and fim-lsp-settings (list :fim-lsp fim-lsp-settings))
                        (and (listp eglot-workspace-configuration)
                             eglot-workspace-configuration)))
  ;; Evaluated only now: its parent, and what it overrides, come with eglot.
  (eval
   '(progn
      (defclass fim-lsp-eglot-server (eglot-lsp-server) ()
        "A server that is told what Flymake and Flycheck show.")
      (cl-defmethod jsonrpc-connection-send :around
        ((server fim-lsp-eglot-server) &rest arguments
         &key method params &allow-other-keys)
        (when (eq method :textDocument/codeAction)
          (setq arguments (plist-put (copy-sequence arguments) :params
                                     (fim-lsp--with-diagnostics params))))
        (apply #'cl-call-next-method server arguments)))
   t))

(defun fim-lsp-eglot (modes &rest server)
  "Let eglot run fim-lsp in MODES, beside SERVER where that is given.
Two servers in one buffer need a multiplexer (pipx install rassumfrassum)."
  (with-eval-after-load 'eglot
    (let ((command (if server
                       `("rass" "--" ,@server "--" ,@fim-lsp-command)
                     fim-lsp-command)))
      (add-to-list 'eglot-server-programs
                   (cons modes (cons 'fim-lsp-eglot-server command))))))

(defun fim-lsp--read-report ()
  "Let q close a report of the server, which nobody edits."
  (when (and buffer-file-name
             (string-match-p "/fim-lsp/\\(?:Cache/\\)?reports/[^/]+\\.md\\'"
                             buffer-file-name))
    (view-mode-enter nil #'kill-buffer)))

(add-hook 'find-file-hook #'fim-lsp--read-report)

(defun fim-lsp--severity (type)
  "The LSP severity of a Flymake diagnostic of TYPE."
  (pcase (or (get type 'flymake-category) type)
    ((or 'flymake-error :error) 1)
    ((or 'flymake-warning :warning) 2)
    (_ 3)))

(defun fim-lsp--range (beg end)
  "The LSP range from BEG to END."
  (if (fim-lsp--uses-eglot)
      (list :start (eglot--pos-to-lsp-position beg)
            :end (eglot--pos-to-lsp-position end))
    (lsp--region-to-range beg end)))

(defun fim-lsp--flymake (first last)
  "What Flymake shows from FIRST to LAST, as LSP diagnostics."
  (mapcar
   (lambda (diagnostic)
     (list :range (fim-lsp--range (flymake-diagnostic-beg diagnostic)
                                  (flymake-diagnostic-end diagnostic))
           :severity (fim-lsp--severity (flymake-diagnostic-type diagnostic))
           :message (substring-no-properties (flymake-diagnostic-text diagnostic))))
   (and (bound-and-true-p flymake-mode) (flymake-diagnostics first last))))

(defun fim-lsp--flycheck (first last)
  "What Flycheck shows from FIRST to LAST, as LSP diagnostics.
Without what it has from the language servers themselves."
  (let (found)
    (when (bound-and-true-p flycheck-mode)
      (dolist (err (flycheck-overlay-errors-in first last))
        (let ((region (flycheck-error-region-for-mode err 'symbols)))
          (unless (memq (flycheck-error-checker err) '(lsp eglot eglot-check))
            (push (list :range (fim-lsp--range (car region) (cdr region))
                        :severity (fim-lsp--severity
                                   (intern (format ":%s" (flycheck-error-level err))))
                        :message (substring-no-properties
                                  (or (flycheck-error-message err) "")))
                  found)))))
    (nreverse found)))

(defun fim-lsp--diagnostics (beg end)
  "What is reported on the lines from BEG to END, as LSP diagnostics."
  (let ((first (save-excursion (goto-char beg) (pos-bol)))
        (last (save-excursion (goto-char end) (pos-eol))))
    (vconcat (if (fim-lsp--uses-eglot)
                 (fim-lsp--flymake first last)
               (lsp-cur-line-diagnostics))
             (fim-lsp--flycheck first last))))

(defun fim-lsp--with-diagnostics (params)
  "PARAMS of a request for code actions, with what is reported at point.
By itself eglot sends the diagnostics of its own server only."
  (let ((beg (if (use-region-p) (region-beginning) (point)))
        (end (if (use-region-p) (region-end) (point))))
    (plist-put (copy-sequence params) :context
               (plist-put (copy-sequence (plist-get params :context))
                          :diagnostics (fim-lsp--diagnostics beg end)))))

(defun fim-lsp--uses-eglot ()
  "Whether eglot is what talks to the server in this buffer."
  (and (fboundp 'eglot-current-server) (eglot-current-server)))

(defmacro fim-lsp--with-workspace (&rest body)
  "Run BODY with the server that lsp-mode runs for this buffer."
  (declare (indent 0))
  `(let ((lsp--cur-workspace (and (fboundp 'lsp-find-workspace)
                                  (lsp-find-workspace 'fim-lsp nil))))
     (unless lsp--cur-workspace
       (user-error "No fim-lsp server runs for this buffer"))
     ,@body))

(defun fim-lsp--call (then command &rest arguments)
  "Run the server's COMMAND with ARGUMENTS; THEN gets its answer later."
  (let ((params (list :command (concat "fim-lsp." command)
                      :arguments (vconcat arguments)))
        (failed (lambda (answer)
                  (message "fim-lsp: %s" (plist-get answer :message)))))
    (if (fim-lsp--uses-eglot)
        (jsonrpc-async-request (eglot-current-server) :workspace/executeCommand
                               params :success-fn then :error-fn failed
                               :timeout nil)
      (fim-lsp--with-workspace
        (lsp-request-async "workspace/executeCommand" params
                           (lambda (answer) (funcall then (fim-lsp--plist answer)))
                           :error-handler failed :mode 'detached)))))

(defun fim-lsp--execute (command &rest arguments)
  "Run the server's COMMAND with ARGUMENTS, without waiting for its answer."
  (apply #'fim-lsp--call #'ignore command arguments))

(defun fim-lsp--show-new-file (answer)
  "Show the file that an action has written, if ANSWER tells of one."
  (let ((edits (append (plist-get answer :edits) nil)))
    (when-let* ((path (plist-get (car edits) :path)))
      (display-buffer (find-file-noselect path)))))

(defun fim-lsp--uri ()
  "The URI of the buffer's file."
  (unless buffer-file-name
    (user-error "Save this buffer to a file first; fim-lsp works on files"))
  (if (fim-lsp--uses-eglot)
      (plist-get (eglot--TextDocumentIdentifier) :uri)
    (fim-lsp--with-workspace (lsp--buffer-uri))))

(defun fim-lsp-run (command)
  "Run the server's COMMAND, such as \"why\", \"usage\" or \"toggle\"."
  (interactive (list (completing-read "fim-lsp: " fim-lsp--reports nil t)))
  (if (or (equal command "allowFile")
          (and (equal command "why") buffer-file-name))
      (fim-lsp--execute command (list :uri (fim-lsp--uri)))
    (fim-lsp--execute command)))

(defun fim-lsp--ask (command &rest arguments)
  "The answer to the server's COMMAND with ARGUMENTS, as a property list."
  (let ((params (list :command (concat "fim-lsp." command)
                      :arguments (vconcat arguments))))
    (if (fim-lsp--uses-eglot)
        (jsonrpc-request (eglot-current-server) :workspace/executeCommand params)
      (fim-lsp--with-workspace
        (fim-lsp--plist (lsp-request "workspace/executeCommand" params))))))

(defun fim-lsp--plist (value)
  "VALUE, in which hash tables become property lists."
  (cond
   ((hash-table-p value)
    (let (result)
      (maphash (lambda (key item)
                 (push (intern (concat ":" key)) result)
                 (push (fim-lsp--plist item) result))
               value)
      (nreverse result)))
   ((vectorp value)
    (vconcat (mapcar #'fim-lsp--plist value)))
   (t value)))

(defun fim-lsp-next-edit (&optional all)
  "Go to the next edit; apply it where point is on its line already.
With ALL, a prefix argument, apply it in all places that remain."
  (interactive "P")
  (let* ((answer (fim-lsp--ask "nextEdit"
                               (list :uri (fim-lsp--uri) :show :json-false)))
         (edit (plist-get answer :edit))
         (start (plist-get (plist-get edit :range) :start)))
    (cond
     ((not start)
      (message "fim-lsp: no next edit (%s)" (plist-get answer :reason)))
     ((or all (= (plist-get start :line) (1- (line-number-at-pos nil t))))
      (fim-lsp--execute "applyNextEdit"
                        (list :id (plist-get edit :id)
                              :all (if all t :json-false))))
     (t
      (push-mark nil t)
      (widen)
      (goto-char (point-min))
      (forward-line (plist-get start :line))
      (forward-char (plist-get start :character))))))

(defun fim-lsp-dismiss-next-edit ()
  "Do not propose edits of this kind again."
  (interactive)
  (fim-lsp--execute "dismissNextEdit"))

(defun fim-lsp-snooze (minutes)
  "Complete only when asked to, for so many MINUTES; 0 ends that."
  (interactive "nMinutes without automatic completion (0: none): ")
  (fim-lsp--execute "snooze" (list :minutes minutes)))

(defun fim-lsp-act (action &optional instruction)
  "Run the chat ACTION on the region, else on the code around point.
INSTRUCTION is what \"edit\" is to do."
  (interactive
   (let ((action (completing-read "Action: " fim-lsp--actions)))
     (list action (and (equal action "edit") (read-string "Instruction: ")))))
  (unless (member action '("explain" "tests"))
    (barf-if-buffer-read-only))
  (let ((beg (if (use-region-p) (region-beginning) (point)))
        (end (if (use-region-p) (region-end) (point))))
    (fim-lsp--call
     (if (equal action "tests") #'fim-lsp--show-new-file #'ignore)
     "act"
     (append
      (list :action action
            :uri (fim-lsp--uri)
            :range (fim-lsp--range beg end)
            :diagnostics (fim-lsp--diagnostics beg end))
      (and instruction (list :instruction instruction))))))

(provide 'fim-lsp)
;;; fim-lsp.el ends here
