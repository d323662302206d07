;;; emacs.el --- a socket through which the tests look into Emacs  -*- lexical-binding: t; -*-

(setq inhibit-startup-screen t
      make-backup-files nil
      auto-save-default nil
      create-lockfiles nil
      require-final-newline nil
      use-short-answers t
      native-comp-enable-subr-trampolines nil)

(defun e2e-answer (process text)
  "Evaluate TEXT in the buffer on the screen, and send its value to PROCESS."
  (process-send-string
   process
   (concat
    (condition-case err
        (e2e-json (with-current-buffer (window-buffer)
                    (eval (car (read-from-string text)) t)))
      (error (e2e-json (format "error: %S" err))))
    "\n")))

(defun e2e-json (value)
  "VALUE as JSON where the tests can use it, else null."
  (let ((sent (or (stringp value) (vectorp value) (eq value t))))
    (json-serialize (list :value (if sent value :null)))))

(defun e2e-said ()
  "What fim-lsp has said in messages."
  (with-current-buffer "*Messages*"
    (let ((lines (split-string (buffer-substring-no-properties 1 (point-max)) "\n")))
      (vconcat (seq-filter (lambda (line) (string-search "fim-lsp: " line)) lines)))))

(make-network-process :name "e2e" :server t :family 'local :coding 'utf-8
                      :service (getenv "E2E_SOCKET") :filter #'e2e-answer)

(defun e2e-candidates ()
  "What eglot's completion offers at point."
  (pcase (while-no-input (eglot-completion-at-point))
    (`(,start ,_ ,table . ,_)
     (let ((found (all-completions (buffer-substring start (point)) table)))
       (and (listp found) (mapcar #'substring-no-properties found))))))

(defun e2e-ghost ()
  "The inline completion that lsp-mode draws."
  (and (overlayp lsp-inline-completion--overlay)
       (concat (overlay-get lsp-inline-completion--overlay 'display)
               (overlay-get lsp-inline-completion--overlay 'after-string))))

(defvar e2e-act #'ignore "What <f5> does, as a command that can be quit.")
(global-set-key (kbd "<f5>") (lambda () (interactive) (funcall e2e-act)))

(defun e2e-eglot-act (title)
  (setq e2e-act
        (lambda ()
          (eglot-execute
           (eglot-current-server)
           (seq-find (lambda (action) (equal (plist-get action :title) title))
                     (eglot-code-actions (point) (point)))))))

(defun e2e-lsp-act (title)
  (setq e2e-act
        (lambda ()
          (lsp-execute-code-action
           (seq-find (lambda (action) (equal (lsp:code-action-title action) title))
                     (lsp-code-actions-at-point))))))

(defun e2e-checker (report &rest _)
  "A Flymake backend that reports one character of each misspelt word to REPORT."
  (let (found)
    (save-excursion
      (goto-char (point-min))
      (while (search-forward "valeus" nil t)
        (let ((beg (match-beginning 0)))
          (push (flymake-make-diagnostic (current-buffer) beg (1+ beg) :error
                                         "Undefined name: valeus")
                found))))
    (funcall report found)))

(defun e2e-marks ()
  "How many diagnostics are shown in the buffer."
  (vconcat (mapcar #'flymake-diagnostic-text (flymake-diagnostics))))

(defun e2e-titles ()
  "The titles of the actions at point or on the region."
  (vconcat (if (bound-and-true-p lsp-mode)
               (mapcar #'lsp:code-action-title (lsp-code-actions-at-point))
             (mapcar (lambda (action) (plist-get action :title))
                     (eglot-code-actions
                      (if (use-region-p) (region-beginning) (point))
                      (if (use-region-p) (region-end) (point)))))))

(defun e2e-use-eglot ()
  (setq eglot-autoreconnect nil
        flymake-no-changes-timeout 0.1)
  ;; eglot takes the place of all other backends, unless they are put back.
  (add-hook 'eglot-managed-mode-hook
            (lambda ()
              (add-hook 'flymake-diagnostic-functions #'e2e-checker nil t)
              (flymake-mode 1)))
  (fim-lsp-eglot '(python-mode python-ts-mode))
  (add-hook 'python-mode-hook #'eglot-ensure))

(defun e2e-use-lsp-mode ()
  (require 'lsp-mode)
  ;; What installing the package would have done.
  (let* ((folder (file-name-directory (locate-library "lsp-mode")))
         (loaddefs (expand-file-name "lsp-mode-autoloads.el" folder)))
    (unless (file-exists-p loaddefs)
      (loaddefs-generate folder loaddefs))
    (load loaddefs nil t))
  (setq lsp-auto-guess-root t
        lsp-guess-root-without-session t
        lsp-restart 'auto-restart
        lsp-enable-suggest-server-download nil
        lsp-idle-delay 0.05
        lsp-inline-completion-idle-delay 0.1)
  (lsp-register-client
   (make-lsp-client
    :server-id 'checker
    :new-connection (lsp-stdio-connection
                     (lambda () (split-string (getenv "E2E_CHECKER"))))
    :activation-fn (lambda (&rest _) (derived-mode-p 'python-mode))
    :add-on? t))
  (with-eval-after-load 'lsp-inline-completion
    (keymap-set lsp-inline-completion-active-map "TAB" #'lsp-inline-completion-accept))
  (add-hook 'python-mode-hook #'lsp))
