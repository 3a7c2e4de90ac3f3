# Installs the build into a fresh prefix, looks at what is there, and builds and runs the consumer on it.
cmake_minimum_required(VERSION 3.25)

function(run)
    execute_process(COMMAND ${ARGV} RESULT_VARIABLE code OUTPUT_VARIABLE output ERROR_VARIABLE output)
    if(NOT code EQUAL 0)
        list(JOIN ARGV " " words)
        message(FATAL_ERROR "${words}: ${code}\n${output}")
    endif()
    set(output "${output}" PARENT_SCOPE)
endfunction()

set(prefix ${PLACE}/prefix)
file(REMOVE_RECURSE ${PLACE})
run(${CMAKE_COMMAND} --install ${BUILD} --config "${CONFIG}" --prefix ${prefix})

foreach(file bin/sinkcalc include/sinkcalc/sinkcalc.h include/sinkcalc/model/account.h include/sinkcalc/base/error.h
        share/man/man1/sinkcalc.1 share/bash-completion/completions/sinkcalc share/doc/sinkcalc/JOB.md share/doc/sinkcalc/LICENSE)
    if(NOT EXISTS ${prefix}/${file})
        message(FATAL_ERROR "${file} is not installed")
    endif()
endforeach()
file(GLOB_RECURSE private ${prefix}/*_parts.h)
if(private)
    message(FATAL_ERROR "private headers are installed: ${private}")
endif()
run(${prefix}/bin/sinkcalc --version)
if(NOT output MATCHES "^sinkcalc [0-9.]+ \\(GDAL ")
    message(FATAL_ERROR "sinkcalc --version: ${output}")
endif()

file(GLOB_RECURSE pc ${prefix}/*/sinkcalc.pc)
get_filename_component(folder ${pc} DIRECTORY)
set(ENV{PKG_CONFIG_PATH} ${folder})
run(${CMAKE_COMMAND} -S ${CMAKE_CURRENT_LIST_DIR} -B ${PLACE}/build -G ${GENERATOR} -DCMAKE_PREFIX_PATH=${prefix}
    -DCMAKE_C_COMPILER=${COMPILER} "-DCMAKE_C_FLAGS=${FLAGS}")
run(${CMAKE_COMMAND} --build ${PLACE}/build)
run(${CMAKE_CTEST_COMMAND} --test-dir ${PLACE}/build --output-on-failure)
