# Two commands do everything on a machine with Python 3.10 or later, git and make:
#   make demo   sets up its own environment and runs the main job on a made-up message
#   make test   sets up, lints, checks types and data, builds the wheel and tests that wheel
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
CLEAN := .venv-wheel
SCAM := 您好,我是市公安局民警,您名下一张银行卡涉嫌洗钱,来电显示 +8696110 可以查证。请下载会议软件共享屏幕,把资金转入安全账户核查,不要告诉家人和银行。

.PHONY: demo test lint types data wheel wheel-test clean
export PIP_DISABLE_PIP_VERSION_CHECK := 1
unexport PYTHONPATH

demo: $(VENV)/.ready
	@echo '$$ antifraud classify'
	@printf '%s' '$(SCAM)' | $(BIN)/antifraud classify --exit-zero
	@echo; echo '$$ antifraud check-number +8696110'
	@$(BIN)/antifraud check-number +8696110 --exit-zero
	@echo; echo '$$ antifraud checklist 公检法 --situation transferred --elapsed 20m'
	@$(BIN)/antifraud checklist 公检法 --situation transferred --elapsed 20m

test: lint types data wheel-test

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.dev
	$(BIN)/mypy

data: $(VENV)/.dev
	$(BIN)/antifraud rules check
	$(BIN)/antifraud rules test

wheel: $(VENV)/.dev
	rm -rf dist
	$(BIN)/python -m build --no-isolation --outdir dist . > dist.log 2>&1 || { cat dist.log; exit 1; }
	@rm -f dist.log; ls dist

# The tests run in a folder of their own, against the installed wheel, with the sources out of reach; with the extras, so
# that Parquet and zstd are tested and not skipped.
wheel-test: wheel
	rm -rf $(CLEAN)
	$(PYTHON) -m venv $(CLEAN)
	$(CLEAN)/bin/python -m pip install --quiet "$$(echo dist/*.whl)[arrow,zstd]" 'pypdf>=5' 'pytest>=8' 'pytest-xdist>=3.5' 'hypothesis>=6.100' 'build>=1.2' 'hatchling>=1.25' 'setuptools>=69'
	rm -rf $(CLEAN)/work && mkdir $(CLEAN)/work && cp -r tests $(CLEAN)/work/
	cd $(CLEAN)/work && ANTIFRAUD_REPOSITORY='$(CURDIR)' ../bin/python -m pytest -n auto tests

$(VENV)/.ready: pyproject.toml hatch_build.py $(wildcard antifraud_cli/speedups/*.[ch])
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --editable .
	@touch $@

$(VENV)/.dev: $(VENV)/.ready
	$(BIN)/python -m pip install --quiet 'build>=1.2' 'hatchling>=1.25' 'hypothesis>=6.100' 'mypy>=1.11' 'pypdf>=5' 'pytest>=8' 'pytest-xdist>=3.5' 'ruff>=0.6' 'setuptools>=69' types-pyyaml 'pyarrow>=15' "backports.zstd>=1; python_version < '3.14'"
	@touch $@

clean:
	rm -rf $(VENV) $(CLEAN) dist antifraud_cli/_compiled

# Needs numpy, scipy and scikit-learn, which nothing else does. PUBLIC names a folder with the public sets of docs/model.md.
.PHONY: model docs
model: $(VENV)/.dev
	$(BIN)/python -m pip install --quiet 'numpy==2.4.6' 'scipy==1.17.1' 'scikit-learn==1.9.1'
	$(BIN)/python training/train.py $(if $(PUBLIC),--extra '$(PUBLIC)')

# The compiled module reads foreign text, so its tests also run under gcc's AddressSanitizer and UndefinedBehaviorSanitizer.
.PHONY: sanitize
sanitize: $(VENV)/.dev
	rm -rf build/sanitize && mkdir -p build/sanitize && cp -r antifraud_cli data corpus tests pyproject.toml hatch_build.py build/sanitize/
	gcc -std=c11 -O1 -g -fPIC -shared -ffp-contract=off -fsanitize=address,undefined -fno-sanitize-recover=undefined \
	  -DPy_LIMITED_API=0x030A0000 -I"$$($(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("include"))')" \
	  antifraud_cli/speedups/*.c -o build/sanitize/antifraud_cli/speedups/_native.abi3.so
	cd build/sanitize && ASAN_OPTIONS=detect_leaks=0 PYTHONMALLOC=malloc PYTHONPATH=. \
	  LD_PRELOAD="$$(gcc -print-file-name=libasan.so)" '$(CURDIR)/$(BIN)/python' -m pytest -p no:cacheprovider tests/test_speedups.py tests/test_linear.py

# Needs Java 17 or later on the PATH, and fetches pyspark (450 MB).
SPARK := .venv-spark
.PHONY: spark-test
spark-test: wheel
	rm -rf $(SPARK)
	$(PYTHON) -m venv $(SPARK)
	$(SPARK)/bin/python -m pip install --quiet "$$(echo dist/*.whl)[spark]" 'pytest>=8'
	mkdir -p $(SPARK)/work && cp -r tests $(SPARK)/work/
	cd $(SPARK)/work && ../bin/python -m pytest -rs tests/test_spark.py
