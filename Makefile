# 下沉纪实：make run 运行，make test 测试；需要的东西（Python 环境、系统库）会自己装好。
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

PY := .venv/bin/python
READY := .venv/.requirements-installed
PROGRAM := dist/下沉纪实/下沉纪实
OUT ?= out/demo
# An open() without encoding reads GBK on a Chinese Windows: Python warns, pytest makes the warning an error.
CHECKED := PYTHONWARNDEFAULTENCODING=1 PYTHONUNBUFFERED=1

.PHONY: help venv system run test encoding lint format lock exe windows screenshots icon clean

help: ## 列出可用的命令
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1\t\2/' | expand -t 22

$(READY): requirements-dev.lock
	@packaging/setup.sh venv
	@touch $@

venv: $(READY) ## 建立 Python 环境 .venv

system: $(READY) ## 补齐系统库（Debian、Ubuntu；什么都不缺时不动）
	@packaging/setup.sh system

run: system ## 打开示例台账；没有屏幕时在 out/demo 生成示例台账和全部表格
	@if [ -n "$${DISPLAY:-}$${WAYLAND_DISPLAY:-}" ]; then \
	  exec $(PY) main.py --demo; \
	else \
	  exec $(PY) main.py demo --out $(OUT); \
	fi

test: system ## 运行全部测试（只跑一部分：make test ARGS="tests/core -k 时长"）
	@QT_QPA_PLATFORM=offscreen $(CHECKED) $(PY) -m pytest $(if $(ARGS),$(ARGS),-n 2 --dist worksteal)

encoding: system ## 在 GBK 代码页下运行全部测试（如中文 Windows；ARGS 同上）
	@packaging/setup.sh encoding
	@QT_QPA_PLATFORM=offscreen $(CHECKED) LC_ALL=zh_CN.UTF-8 PYTHONUTF8=0 PYTHONIOENCODING=gbk PYTHONPATH=packaging/gbk \
	  $(PY) -m pytest -p code_page $(if $(ARGS),$(ARGS),-n 2 --dist worksteal)

lint: $(READY) ## 检查写法、排版、类型和分层
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
	@.venv/bin/mypy
	@.venv/bin/lint-imports

format: $(READY) ## 统一排版
	@.venv/bin/ruff format .
	@.venv/bin/ruff check --fix .

lock: $(READY) ## 按 requirements*.in 重新锁定依赖（升级：make lock UPGRADE=--upgrade）
	@$(PY) -m pip install --quiet --disable-pip-version-check uv
	@for name in requirements requirements-dev packaging/windows/tools; do \
	  .venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	    --no-emit-index-url --no-annotate $(UPGRADE) -o $$name.lock $$name.in; \
	done

exe: system ## 打包成程序文件夹 dist/下沉纪实，并让它自检
	@packaging/setup.sh freeze
	@$(PY) -m PyInstaller --noconfirm --log-level WARN --distpath dist --workpath build build.spec
	@QT_QPA_PLATFORM=offscreen $(PROGRAM) self-check

windows: $(READY) ## 生成 Windows 的程序文件夹、压缩包、安装程序并试用（只做几步：make windows STEP="tests zip"）
	@$(PY) packaging/windows/chain.py $(STEP)

screenshots: system ## 重拍 docs/screenshots 里的界面图
	@QT_QPA_PLATFORM=offscreen $(PY) packaging/screenshots.py

icon: $(READY) ## 由图样重新生成程序图标
	@$(PY) packaging/icon.py

clean: ## 删去可以重新生成的东西（保留 .venv）
	@rm -rf build dist out .mypy_cache .ruff_cache .import_linter_cache .pytest_cache
	@find . -name __pycache__ -type d -not -path './.venv/*' -prune -exec rm -rf {} +
